/**
 * Compares the requests and the duration of an iteration over the history with the minimum under the service's limits:
 * walks.mjs <tarball> <folder>
 *
 * The service is the emulator with its limits and a simulated clock, on which hours pass in seconds. Each request takes 300 ms.
 */
import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Project } from "../../tests/runtimes/lib/project.mjs";
import { install, run } from "./clock.mjs";

const [tarball, folder] = process.argv.slice(2);
const project = new Project(folder, dirname(dirname(fileURLToPath(import.meta.url))));
await project.prepare([], tarball, {});
install();
const [{ createClient }, { createEmulator }] = await Promise.all(
  ["index.js", "testing.js"].map(
    (name) => import(pathToFileURL(project.path("node_modules/smsc-wasm/dist", name)).href),
  ),
);

const HOUR = 3_600_000;
const LATENCY = 300;
const rows = [];
for (const count of [10, 1_000, 30_000, 100_000]) {
  const begin = Date.now();
  const messages = Array.from({ length: count }, (_, index) => ({
    id: index,
    message: "m",
    sendTimestamp: Math.floor(begin / 1000) - (count - index) * 60,
  }));
  const apiKey = `walk-${count}`;
  const emulator = createEmulator({ now: begin, messages, apiKey });
  const fetch = async (url, init) => {
    const response = await emulator.fetch(url, init);
    await new Promise((resolve) => setTimeout(resolve, LATENCY));
    return response;
  };
  const smsc = await createClient({ apiKey, fetch });
  const iterate = async () => {
    let received = 0;
    for await (const _ of smsc.history.iterate()) received++;
    return received;
  };
  const received = await run(iterate(), (ms) => emulator.advance(ms));
  const duration = Date.now() - begin;
  if (received !== count) throw new Error(`${received} messages of ${count}`);
  const refused = emulator.requests.filter(({ code }) => code === 9).length;
  // A page that is not full ends the iteration. The limit is 30 requests per hour.
  const requests = Math.floor(count / 1000) + 1;
  const minimum = Math.floor((requests - 1) / 30) * HOUR + (((requests - 1) % 30) + 1) * LATENCY;
  rows.push({ count, sent: emulator.requests.length, requests, duration, minimum, refused });
}
const seconds = (ms) => `${(ms / 1000).toLocaleString("en")} s`;
console.log("| Messages | Requests | Minimum | Ratio | Time | Minimum | Ratio | Error 9 |");
console.log("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const { count, sent, requests, duration, minimum, refused } of rows) {
  const [ofRequests, ofTime] = [sent / requests, duration / minimum];
  console.log(
    `| ${count.toLocaleString("en")} | ${sent} | ${requests} | ${ofRequests.toFixed(2)} | ${seconds(duration)} | ${seconds(minimum)} | ${ofTime.toFixed(3)} | ${refused} |`,
  );
}
