// What a server needs that is deployed without its node_modules.
export default { ssr: { noExternal: true } };
