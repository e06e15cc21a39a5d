// Where the page is. Not a word about any package.
export default { devServer: { static: "." } };
