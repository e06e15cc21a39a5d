/**
 * Bytes and objects of any realm. In jsdom and in `node:vm` the classes of the emulator's realm differ from those of the values that it
 * receives, so `instanceof` does not recognize them.
 */

/**
 * Whether a value has the given built-in class, by the name that every realm gives it.
 *
 * @param {unknown} value
 * @param {string} name
 * @returns {boolean}
 */
export const isKind = (value, name) => Object.prototype.toString.call(value) === `[object ${name}]`;

/**
 * @param {unknown} value
 * @returns {value is Uint8Array}
 */
export const isByteArray = (value) => ArrayBuffer.isView(value) && isKind(value, "Uint8Array");

/**
 * A copy of the bytes of an ArrayBuffer or a view of one.
 *
 * @param {ArrayBuffer | ArrayBufferView} data
 * @returns {Uint8Array}
 */
export const copyBytes = (data) =>
  ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice()
    : new Uint8Array(data).slice();

/**
 * @param {readonly Uint8Array[]} blocks
 * @returns {Uint8Array}
 */
export function concatBytes(blocks) {
  const bytes = new Uint8Array(blocks.reduce((length, block) => length + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    bytes.set(block, at);
    at += block.length;
  }
  return bytes;
}

/**
 * @param {AsyncIterable<Uint8Array>} source
 * @returns {Promise<Uint8Array>}
 */
export async function collectBytes(source) {
  const blocks = [];
  for await (const block of source) blocks.push(block);
  return concatBytes(blocks);
}
