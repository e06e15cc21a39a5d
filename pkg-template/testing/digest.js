/** MD5 for `psw` and CRC-32 for `crc`: small, synchronous and identical in every runtime. */

const utf8 = new TextEncoder();

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/**
 * CRC-32 of the text's UTF-8 bytes, unsigned.
 *
 * @param {string} text
 * @returns {number}
 */
export function crc32(text) {
  let crc = 0xffffffff;
  for (const byte of utf8.encode(text)) crc = (crc >>> 8) ^ /** @type {number} */ (CRC_TABLE[(crc ^ byte) & 0xff]);
  return (crc ^ 0xffffffff) >>> 0;
}

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Uint32Array.from({ length: 64 }, (_, index) => Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32));

/**
 * MD5 of the text's UTF-8 bytes as lowercase hex (RFC 1321).
 *
 * @param {string} text
 * @returns {string}
 */
export function md5(text) {
  const source = utf8.encode(text);
  const padded = new Uint8Array(((source.length + 8) >> 6) * 64 + 64);
  padded.set(source);
  padded[source.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, source.length * 8, true);

  const state = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
  for (let block = 0; block < padded.length; block += 64) {
    let [a = 0, b = 0, c = 0, d = 0] = state;
    for (let step = 0; step < 64; step++) {
      const round = step >> 4;
      let mix = 0;
      let word = 0;
      if (round === 0) [mix, word] = [(b & c) | (~b & d), step];
      else if (round === 1) [mix, word] = [(d & b) | (~d & c), (5 * step + 1) % 16];
      else if (round === 2) [mix, word] = [b ^ c ^ d, (3 * step + 5) % 16];
      else [mix, word] = [c ^ (b | ~d), (7 * step) % 16];
      const sum = (a + mix + Number(SINES[step]) + view.getUint32(block + word * 4, true)) | 0;
      const shift = Number(SHIFTS[round * 4 + (step % 4)]);
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
    }
    state.set([Number(state[0]) + a, Number(state[1]) + b, Number(state[2]) + c, Number(state[3]) + d]);
  }
  const digest = new DataView(new ArrayBuffer(16));
  for (const [index, value] of state.entries()) digest.setUint32(index * 4, value, true);
  return Array.from({ length: 16 }, (_, index) => digest.getUint8(index).toString(16).padStart(2, "0")).join("");
}
