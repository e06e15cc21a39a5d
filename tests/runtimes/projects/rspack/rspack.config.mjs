// Only the location of the page: no package-specific configuration.
export default { devServer: { static: "." } };
