/** multipart/form-data (RFC 7578), the body of a request that uploads a document. */

import { binaryString } from "./charset.js";

/**
 * @typedef {object} Part
 * @property {Uint8Array} name
 * @property {Uint8Array | undefined} fileName Undefined for a plain parameter.
 * @property {string} type
 * @property {Uint8Array} bytes
 */

/**
 * Parses a body into its parts. A body that is not multipart has no parts, as in PHP.
 *
 * @param {Uint8Array} body
 * @param {string} contentType
 * @returns {Part[]}
 */
export function parseMultipart(body, contentType) {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (!boundary) return [];
  const delimiter = ascii(`--${boundary[1] ?? boundary[2]}`);
  /** @type {Part[]} */
  const parts = [];
  let at = indexOfBytes(body, delimiter, 0);
  while (at >= 0) {
    const start = at + delimiter.length + 2;
    const next = indexOfBytes(body, delimiter, start);
    if (next < 0) break;
    const headEnd = indexOfBytes(body, HEAD_END, start - 2);
    // The line break before the delimiter belongs to the delimiter.
    if (headEnd >= 0 && headEnd < next) {
      const part = parsePart(binaryString(body.subarray(start, headEnd)), body.slice(headEnd + 4, next - 2));
      if (part) parts.push(part);
    }
    at = next;
  }
  return parts;
}

const HEAD_END = ascii("\r\n\r\n");

/**
 * @param {string} head
 * @param {Uint8Array} bytes
 * @returns {Part | undefined}
 */
function parsePart(head, bytes) {
  const disposition = /^content-disposition:(.*)$/im.exec(head)?.[1] ?? "";
  const name = /[;\s]name="([^"]*)"/i.exec(disposition)?.[1];
  const fileName = /[;\s]filename="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined) return undefined;
  const type = /^content-type:\s*(\S.*)$/im.exec(head)?.[1]?.trim() ?? "";
  return {
    name: unescapeName(name),
    fileName: fileName === undefined ? undefined : unescapeName(fileName),
    type,
    bytes,
  };
}

/**
 * Browsers and undici escape quotes and line breaks inside a name as `%22`, `%0D` and `%0A`.
 *
 * @param {string} text
 * @returns {Uint8Array}
 */
const unescapeName = (text) => ascii(text.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n"));

/**
 * @param {string} text One character per byte.
 * @returns {Uint8Array}
 */
function ascii(text) {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * @param {Uint8Array} haystack
 * @param {Uint8Array} needle
 * @param {number} from
 * @returns {number}
 */
function indexOfBytes(haystack, needle, from) {
  const first = /** @type {number} */ (needle[0]);
  for (let at = haystack.indexOf(first, from); at >= 0; at = haystack.indexOf(first, at + 1)) {
    if (needle.every((byte, offset) => haystack[at + offset] === byte)) return at;
  }
  return -1;
}
