/**
 * Parses a raw request into parameters and files. The charset is itself a parameter, so all values stay bytes until the charset
 * is known.
 */

import { binaryString, decodeText } from "./charset.js";
import { parseMultipart } from "./multipart.js";

/**
 * @typedef {object} WireRequest
 * @property {string} method
 * @property {string} url Absolute.
 * @property {Record<string, string>} headers Names in lower case.
 * @property {Uint8Array} bytes The body; empty if the request has none.
 */

/**
 * @typedef {object} ParsedRequest
 * @property {string} script
 * @property {Record<string, string>} parameters
 * @property {import("./types.js").UploadedFile[]} files
 * @property {import("./charset.js").Charset} charset
 */

/** @typedef {{ name: Uint8Array, value: Uint8Array }} RawPair */

/**
 * Merges the parameters of the query string and the body, as the service's PHP does: the body takes precedence. Ignores a body
 * with a content type other than the two of HTML forms.
 *
 * @param {WireRequest} wire
 * @returns {ParsedRequest}
 */
export function parseRequest(wire) {
  const url = new URL(wire.url);
  const pairs = parsePairs(url.search.slice(1));
  /** @type {import("./multipart.js").Part[]} */
  let fileParts = [];
  const type = wire.headers["content-type"] ?? "";
  if (wire.method === "POST" && /^application\/x-www-form-urlencoded/i.test(type)) {
    pairs.push(...parsePairs(binaryString(wire.bytes)));
  } else if (wire.method === "POST" && /^multipart\/form-data/i.test(type)) {
    const parts = parseMultipart(wire.bytes, type);
    for (const part of parts) if (!part.fileName) pairs.push({ name: part.name, value: part.bytes });
    fileParts = parts.filter((part) => part.fileName);
  }
  const charset = detectCharset(pairs);
  /** @type {Record<string, string>} */
  const parameters = Object.create(null);
  for (const { name, value } of pairs) parameters[decodeText(name, charset)] = decodeText(value, charset);
  const files = fileParts.map((part) => ({
    field: decodeText(part.name, charset),
    fileName: decodeText(/** @type {Uint8Array} */ (part.fileName), charset),
    type: part.type,
    bytes: part.bytes,
  }));
  // Mirrors and proxies serve the scripts under a custom path, so any prefix before /sys/ is accepted.
  const script = /\/sys\/([a-z_]+\.php)$/.exec(url.pathname)?.[1] ?? "";
  return { script, parameters: { ...parameters }, files, charset };
}

/**
 * @param {RawPair[]} pairs
 * @returns {import("./charset.js").Charset}
 */
function detectCharset(pairs) {
  const last = pairs.filter((pair) => binaryString(pair.name) === "charset").pop();
  const charset = last ? binaryString(last.value).toLowerCase() : "";
  return charset === "utf-8" || charset === "utf8" ? "utf-8" : "windows-1251";
}

/**
 * @param {string} text Percent-encoded; characters up to U+00FF represent bytes.
 * @returns {RawPair[]}
 */
function parsePairs(text) {
  return text
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const equals = pair.indexOf("=");
      const [name, value] = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return { name: percentDecode(name), value: percentDecode(value) };
    });
}

/**
 * @param {string} text
 * @returns {Uint8Array}
 */
function percentDecode(text) {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const escaped = unit === 0x25 ? text.slice(index + 1, index + 3) : "";
    if (/^[0-9a-f]{2}$/i.test(escaped)) {
      bytes[length++] = Number.parseInt(escaped, 16);
      index += 2;
    } else {
      bytes[length++] = unit === 0x2b ? 0x20 : unit;
    }
  }
  return bytes.subarray(0, length);
}
