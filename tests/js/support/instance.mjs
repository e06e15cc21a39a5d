/** Whoever imports this before the package is loaded sees its instance, whose memory no part of the package shows. */
export let instance;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...args) => {
  const made = await instantiate.apply(WebAssembly, args);
  const its = made.instance ?? made;
  if ("invoke" in its.exports) instance = its;
  return made;
};
