// Documents the members of `ErrorCode`: tsify drops the comments of an enum's variants.

const ENUM = /pub enum ErrorCode \{\n(.*?)\n\}/s;
const TYPE = /export type ErrorCode = ([^;]*);/;

/**
 * @param {string} generated The declarations that wasm-bindgen generates.
 * @param {string} source `src/client/error.rs`, whose comments say each code's cause and remedy.
 * @returns {string} The declarations, with a comment for each code.
 */
export function documentErrorCodes(generated, source) {
  const [, variants] = ENUM.exec(source);
  const codes = [...variants.matchAll(/((?: {4}\/\/\/ .*\n)+) {4}(\w+),/g)].map(([, comment, variant]) => [
    variant.replaceAll(/(?<!^)[A-Z]/g, "_$&").toLowerCase(),
    comment
      .replaceAll(/^ *\/\/\/ /gm, "")
      .trim()
      .replaceAll("\n", " "),
  ]);
  const [declaration, union] = TYPE.exec(generated);
  const documented = codes.map(([code]) => `"${code}"`).join(" | ");
  if (documented !== union) throw new Error(`the error codes are ${union}, and those with a comment ${documented}`);
  const members = codes.map(([code, comment]) => `    /** ${comment} */\n    | "${code}"`);
  return generated.replace(declaration, () => `export type ErrorCode =\n${members.join("\n")};`);
}
