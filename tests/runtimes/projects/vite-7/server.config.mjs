// Bundles all packages, for a server that is deployed without node_modules.
export default { ssr: { noExternal: true } };
