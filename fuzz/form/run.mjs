/**
 * Runs the target over made-up files: run.mjs <folder for findings> [-runs=N] [-max_total_time=SECONDS] [finding]
 *
 * What libFuzzer is for Rust does not exist for JavaScript on every machine, so the files are made without looking at what
 * they reach: put together from what matters to the target, cut, doubled and damaged. The closing line is libFuzzer's own.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fuzz } from "./form.mjs";

const [findings, ...options] = process.argv.slice(2);
const number = (name) => Number(options.find((option) => option.startsWith(`-${name}=`))?.split("=")[1] ?? Infinity);
const again = options.find((option) => !option.startsWith("-"));

let state = Number.isFinite(number("seed")) ? number("seed") : Date.now() >>> 0;
/** mulberry32 */
function chance() {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
}
const below = (most) => Math.floor(chance() * most);
const one = (list) => list[below(list.length)];

const ASCII = [...'";,\t|\r\n\r\n a1', '""', ";;", '";"', "\r\n\r\n", "ID;Phone", "1,5"];
const CYRILLIC = ["Телефон", "ё", "№", "—", "😀", "\u0394", "\ufeff", "ї"];
const wide = (bytes) => bytes.swap16();
const BYTES = [
  [0],
  [0, 0],
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xfe, 0xff],
  [0x80],
  [0xbf],
  [0xc0],
  [0xd0],
  [0xe2, 0x84],
];
BYTES.push([0xed, 0xa0, 0x80], [0xf0, 0x9f, 0x98], [0xf5], [0xff], [0xca, 0xee, 0xe4], [0x98]);
const ENCODERS = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(text),
  (text) => Buffer.from(text, "utf16le"),
  (text) => wide(Buffer.from(text, "utf16le")),
  (text) => Buffer.from(text, "latin1"),
];

/** Of so many bytes that it is seldom more than what the charset is told by. */
function make() {
  const encode = one(ENCODERS);
  const parts = [Buffer.from([below(256), below(256), ...Array.from({ length: 7 }, () => below(256))])];
  if (chance() < 0.3) parts.push(Buffer.from(one(BYTES)));
  const plain = chance() < 0.5;
  for (let left = below(chance() < 0.9 ? 12 : 80); left > 0; left--) {
    if (!plain && chance() < 0.1) parts.push(Buffer.from(one(BYTES)));
    else parts.push(encode(one(chance() < 0.6 ? ASCII : CYRILLIC)));
  }
  // Now and then it is long, and what matters stands at the edge of what is looked at.
  if (chance() < 0.002) parts.splice(2, 0, encode(one(["a", "ы", ";", '"']).repeat(4080 + below(20))));
  const file = Buffer.concat(parts);
  for (let left = plain ? 0 : below(3); left > 0; left--) file[below(file.length)] = below(256);
  return chance() < 0.2 ? file.subarray(0, below(file.length + 1)) : file;
}

if (again) {
  await fuzz(readFileSync(again));
} else {
  const [most, end] = [number("runs"), performance.now() + 1000 * number("max_total_time")];
  let runs = 0;
  try {
    while (runs < most && (runs % 1000 !== 0 || performance.now() < end)) {
      const file = make();
      try {
        await fuzz(file);
      } catch (error) {
        const path = join(findings, "form-finding");
        writeFileSync(path, file);
        console.error(`error: ${error.stack}\nIt is in ${path}`);
        process.exitCode = 1;
        break;
      }
      runs++;
    }
  } finally {
    console.error(`stat::number_of_executed_units: ${runs}`);
  }
}
