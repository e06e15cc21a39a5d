// Reads a file or the history once for each line on stdin, in the current runtime. Writes a line of JSON with the result, the processor
// time and the peak memory: read.mjs <file or "history"> <contender>
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import process from "node:process";
import { createInterface } from "node:readline";
import { files, histories } from "./contenders.mjs";
import { makePage } from "./messages.mjs";

const [file, name] = process.argv.slice(2);

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

/** Twenty pages whose ids decrease. */
function pages() {
  const page = makePage(1000, false);
  const encoder = new TextEncoder();
  return Array.from({ length: 20 }, (_, index) =>
    encoder.encode(page.replaceAll('"int_id":"', `"int_id":"${99 - index}`)),
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

const read = file === "history" ? (await histories(pages()))[name] : () => files[name](stream());
for await (const _ of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  const count = await read();
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ count, time: (user + system) / 1000, peak: peak() }));
}
