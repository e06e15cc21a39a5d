// Reads a file in the runtime that runs this, and says how long it took, how many rows there were, and the most memory:
// read.mjs <file> <encoding> <rounds> <contender>…
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import process from "node:process";
import { contenders } from "./contenders.mjs";

const [file, encoding, rounds, ...names] = process.argv.slice(2);

function stream() {
  const handle = openSync(file);
  return new ReadableStream(
    {
      pull(controller) {
        const bytes = new Uint8Array(65_536);
        const length = readSync(handle, bytes);
        if (length > 0) controller.enqueue(bytes.subarray(0, length));
        else {
          closeSync(handle);
          controller.close();
        }
      },
    },
    { highWaterMark: 0 },
  );
}

const times = Object.fromEntries(names.map((name) => [name, []]));
const found = {};
for (let round = 0; round < rounds; round++) {
  for (const name of names) {
    let rows = 0;
    let signs = 0;
    const began = performance.now();
    await contenders[name](stream(), encoding, (row) => {
      rows++;
      signs += row.Телефон.length;
    });
    times[name].push(performance.now() - began);
    found[name] = `${rows} rows, ${signs} signs`;
  }
}

/** The most memory so far, in megabytes; only Linux says it to everybody. */
function peak() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "latin1"))[1]) / 1024;
  } catch {
    return process.memoryUsage().rss / 1048576;
  }
}

console.log(JSON.stringify({ times, found, peak: peak() }));
