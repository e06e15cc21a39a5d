// Reads a file once for each line on stdin, in the current runtime. Writes a line of JSON with the number of rows, the time and the
// peak memory: read.mjs <file> <encoding> <contender>
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { reader } from "./contenders.mjs";

const [file, encoding, name] = process.argv.slice(2);

/** One buffer for all chunks, so that the source adds no memory to the measurement. */
const chunk = new Uint8Array(65_536);

function stream() {
  const handle = openSync(file);
  return new ReadableStream(
    {
      pull(controller) {
        const length = readSync(handle, chunk);
        if (length > 0) controller.enqueue(chunk.subarray(0, length));
        else {
          closeSync(handle);
          controller.close();
        }
      },
    },
    { highWaterMark: 0 },
  );
}

/** The peak memory so far, in megabytes. Only Linux reports it for all runtimes; elsewhere the current memory. */
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
  const count = await read();
  console.log(JSON.stringify({ count, time: performance.now() - began, peak: peak() }));
}
