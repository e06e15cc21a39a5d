// Reads a file once for each line on stdin, in the current runtime. Writes a line of JSON with the number of rows, the time and the
// peak memory: read.mjs <file> <encoding> <contender>
import process from "node:process";
import { createInterface } from "node:readline";
import { reader } from "./contenders.mjs";
import { peak, streamOf } from "./worker.mjs";

const [file, encoding, name] = process.argv.slice(2);

const read = reader(name, encoding, () => streamOf(file));
for await (const _ of createInterface({ input: process.stdin })) {
  const began = performance.now();
  const count = await read();
  console.log(JSON.stringify({ count, time: performance.now() - began, peak: peak() }));
}
