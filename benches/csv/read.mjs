// Reads a file in the runtime that runs this, and says how long it took, how many rows there were, and the most memory:
// read.mjs <file> <encoding> <rounds> <contender>…
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import process from "node:process";
import { read } from "./contenders.mjs";

const [file, encoding, rounds, ...names] = process.argv.slice(2);

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

const result = await read(names, Number(rounds), encoding, stream);

/** The most memory so far, in megabytes; only Linux says it to everybody. */
function peak() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "latin1"))[1]) / 1024;
  } catch {
    return process.memoryUsage().rss / 1048576;
  }
}

console.log(JSON.stringify({ ...result, peak: peak() }));
