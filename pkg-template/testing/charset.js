/**
 * windows-1251, the service's charset unless `charset=utf-8` is sent. Uses a table, because not every runtime's TextDecoder
 * supports windows-1251 and no TextEncoder does.
 */

const HIGH =
  "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—\u0098™љ›њќћџ" +
  "\u00a0ЎўЈ¤Ґ¦§Ё©Є«¬\u00ad®Ї°±Ііґµ¶·ё№є»јЅѕї" +
  "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя";

const QUESTION_MARK = 0x3f;

/** Byte of each UTF-16 code unit; 0 for characters outside windows-1251. */
const BYTES = new Uint8Array(0x10000);
for (let unit = 1; unit < 0x80; unit++) BYTES[unit] = unit;
for (let index = 0; index < HIGH.length; index++) BYTES[HIGH.charCodeAt(index)] = 0x80 + index;

/**
 * Encodes a text. Replaces each character outside windows-1251 (Kazakh letters, emoji) with a question mark.
 *
 * @param {string} text
 * @returns {Uint8Array}
 */
function encode1251(text) {
  const bytes = new Uint8Array(text.length);
  let length = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const lowSurrogate =
      unit >= 0xdc00 && unit <= 0xdfff && index > 0 && (text.charCodeAt(index - 1) & 0xfc00) === 0xd800;
    if (lowSurrogate) continue;
    bytes[length++] = BYTES[unit] || (unit === 0 ? 0 : QUESTION_MARK);
  }
  return bytes.subarray(0, length);
}

/**
 * @param {Uint8Array} bytes
 * @returns {string}
 */
function decode1251(bytes) {
  let text = "";
  for (const byte of bytes) text += byte < 0x80 ? String.fromCharCode(byte) : HIGH[byte - 0x80];
  return text;
}

/** @typedef {"utf-8" | "windows-1251"} Charset */

const utf8Encoder = new TextEncoder();
const utf8Decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * @param {string} text
 * @param {Charset} charset
 * @returns {Uint8Array}
 */
export const encodeText = (text, charset) => (charset === "utf-8" ? utf8Encoder.encode(text) : encode1251(text));

/**
 * @param {Uint8Array} bytes
 * @param {Charset} charset
 * @returns {string}
 */
export const decodeText = (bytes, charset) => (charset === "utf-8" ? utf8Decoder.decode(bytes) : decode1251(bytes));

/**
 * Decodes each byte to one character (Latin-1), for ASCII syntax that may contain arbitrary bytes.
 *
 * @param {Uint8Array} bytes
 * @returns {string}
 */
export function binaryString(bytes) {
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}
