/** The charset that a byte order mark or a `Content-Type` names. */
export function charsetOf(bytes: Uint8Array, contentType?: string): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  return contentType?.match(/;\s*charset\s*=\s*"?([^\s;"]+)/i)?.[1];
}

const strict = () => new TextDecoder("utf-8", { fatal: true });
/** For what is whole: to make one takes longer than to decode a small reply. */
const ofWhole = strict();

/**
 * The text of bytes: in their charset, by default UTF-8. The service does not always keep to the UTF-8 that it is asked
 * for: what is not valid is windows-1251. `stream`: more is to come.
 */
export function textOf(bytes: Uint8Array, charset = charsetOf(bytes), stream = false): string {
  let decoder = stream ? strict() : ofWhole;
  try {
    // A label that nobody knows is as good as none.
    if (charset !== undefined && !/^utf-?8$/i.test(charset)) decoder = new TextDecoder(charset);
  } catch {}
  try {
    return decoder.decode(bytes, { stream });
  } catch {
    return new TextDecoder("windows-1251").decode(bytes);
  }
}
