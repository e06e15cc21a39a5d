// Reads a file or the history once for each line on stdin, in the current runtime. Writes a line of JSON with the result, the processor
// time and the peak memory: read.mjs <file or "history"> <contender>
import process from "node:process";
import { createInterface } from "node:readline";
import { files, histories } from "./contenders.mjs";
import { makePage } from "./messages.mjs";
import { peak, streamOf } from "./worker.mjs";

const [file, name] = process.argv.slice(2);

/** Twenty pages whose ids decrease. */
function pages() {
  const page = makePage(1000, false);
  const encoder = new TextEncoder();
  return Array.from({ length: 20 }, (_, index) =>
    encoder.encode(page.replaceAll('"int_id":"', `"int_id":"${99 - index}`)),
  );
}

const read = file === "history" ? (await histories(pages()))[name] : () => files[name](streamOf(file));
for await (const _ of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  const count = await read();
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ count, time: (user + system) / 1000, peak: peak() }));
}
