/** The package's WebAssembly instance, whose memory the package does not expose. Import this before the package. */
export let instance;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...args) => {
  const result = await instantiate.apply(WebAssembly, args);
  const candidate = result.instance ?? result;
  if ("client_new" in candidate.exports) instance = candidate;
  return result;
};
