/**
 * Any bytes as the beginning of a task's file, cut anywhere: charset and delimiter are what another way to find them out
 * says, the same however the file was cut, and no byte is lost.
 */
import assert from "node:assert/strict";
import { Buffer, isUtf8 } from "node:buffer";
import { begin } from "../../pkg-template/src/csv-form.ts";
import { held } from "../../pkg-template/src/unpack.ts";

/** So many bytes tell the charset. */
const ENOUGH = 4096;
const NAMED = ["", "", "", "utf-8", "windows-1251", "koi8-r", "utf-16le", "utf-16be"];

/** What reads a file in pieces: all at once, or of so many bytes at a time by turns. */
function pieces(file, sizes) {
  let at = 0;
  let turn = 0;
  return held(async () => {
    const size = sizes.length > 0 ? 1 + (sizes[turn++ % sizes.length] % 64) : file.length;
    const piece = file.subarray(at, at + size);
    at += piece.length;
    return piece.length > 0 ? piece : undefined;
  });
}

async function reading(file, sizes, encoding) {
  const { next, ...form } = await begin(pieces(file, sizes), encoding, undefined);
  const rest = [];
  for (let piece = await next(); piece !== undefined; piece = await next()) rest.push(piece);
  return { form, rest: Buffer.concat(rest) };
}

function markOf(file) {
  const marks = { efbbbf: "utf-8", fffe: "utf-16le", feff: "utf-16be" };
  return marks[file.toString("hex", 0, 3)] ?? marks[file.toString("hex", 0, 2)];
}

/** UTF-8 that may be cut off within its last character. */
function beginsLikeUtf8(bytes) {
  if (isUtf8(bytes)) return true;
  return [1, 2, 3].some((cut) => {
    const whole = bytes.length - cut;
    if (whole < 0 || !isUtf8(bytes.subarray(0, whole))) return false;
    // Some bytes may complete it.
    const ends = [[0x80], [0xbf], [0x80, 0x80], [0xbf, 0xbf], [0x80, 0x80, 0x80], [0xbf, 0xbf, 0xbf]];
    return ends.some((end) => isUtf8(Buffer.concat([bytes.subarray(whole), Buffer.from(end)])));
  });
}

function charset(file) {
  const head = file.subarray(0, ENOUGH);
  const zeros = (odd) => head.filter((byte, at) => byte === 0 && at % 2 === odd).length;
  const some = Math.floor(head.length / 32);
  if (zeros(0) === 0 && zeros(1) > some) return "utf-16le";
  if (zeros(1) === 0 && zeros(0) > some) return "utf-16be";
  return beginsLikeUtf8(head) ? "utf-8" : "windows-1251";
}

function delimiter(text) {
  const bare = text.replace(/^[\r\n]+/, "").replace(/"[^"]*(?:"|$)/g, "~");
  const [first] = bare.split(/[\r\n]/);
  const often = [...";,\t|"].map((sign) => [sign, first.split(sign).length]);
  return often.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

export async function fuzz(data) {
  if (data.length < 2) return;
  const encoding = NAMED[data[0] % NAMED.length];
  const sizes = data.subarray(2, 2 + (data[1] % 8));
  const file = data.subarray(2 + sizes.length);

  const { form, rest } = await reading(file, sizes, encoding);
  assert.deepEqual({ form, rest }, await reading(file, [], encoding));

  const mark = markOf(file);
  const found = encoding || (mark ?? charset(file));
  assert.equal(form.encoding, found);
  assert.equal(form.guess, found === "utf-8" && encoding === "" && mark === undefined);

  const text = file.subarray(mark !== found ? 0 : found === "utf-8" ? 3 : 2);
  const wide = found.startsWith("utf-16");
  const decoder = new TextDecoder(found, { ignoreBOM: true });
  const expected = found === "utf-8" || found === "windows-1251" ? text : Buffer.from(decoder.decode(text));
  assert.ok(rest.equals(expected), "bytes were lost");
  assert.equal(form.delimiter, delimiter(wide ? new TextDecoder(found).decode(text) : text.toString("latin1")));
}
