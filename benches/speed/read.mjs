// Reads ten pages for each line on stdin, and prints the milliseconds: read.mjs <reader> <drifting>
import process from "node:process";
import { createInterface } from "node:readline";
import { pageReader } from "./measure.mjs";

const [name, drifting] = process.argv.slice(2);
const read = await pageReader(name, drifting === "true");
for await (const _ of createInterface({ input: process.stdin })) {
  const began = performance.now();
  await read();
  console.log(JSON.stringify(performance.now() - began));
}
