// Reads a file in the runtime that runs this, whenever it is told so by a line, and says in one how many rows there were, how long
// it took, and the most memory: read.mjs <file> <encoding> <contender>
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { reader } from "./contenders.mjs";

const [file, encoding, name] = process.argv.slice(2);

/** The same memory for each piece: what a source takes shall not count for who reads it. */
const piece = new Uint8Array(65_536);

function stream() {
  const handle = openSync(file);
  return new ReadableStream(
    {
      pull(controller) {
        const length = readSync(handle, piece);
        if (length > 0) controller.enqueue(piece.subarray(0, length));
        else {
          closeSync(handle);
          controller.close();
        }
      },
    },
    { highWaterMark: 0 },
  );
}

/** The most memory so far, in megabytes; only Linux says it to everybody. */
function peak() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "latin1"))[1]) / 1024;
  } catch {
    return process.memoryUsage().rss / 1048576;
  }
}

const read = reader(name, encoding, stream);
for await (const _ of createInterface({ input: process.stdin })) {
  const began = performance.now();
  const found = await read();
  console.log(JSON.stringify({ found, time: performance.now() - began, peak: peak() }));
}
