// The file that a process of a measurement reads, and its peak memory.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import process from "node:process";

/** One buffer for all chunks, so that the source adds no memory to the measurement. */
const chunk = new Uint8Array(65_536);

/** The bytes of a file. */
export function streamOf(file) {
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
export function peak() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "latin1"))[1]) / 1024;
  } catch {
    return process.memoryUsage().rss / 1048576;
  }
}
