/**
 * How many requests a walk over the history sends, and how long it takes, against the least that the service's limits
 * allow: walks.mjs <tarball> <folder>
 *
 * The service is the emulator with its limits on and a clock that is turned, so that hours pass in seconds. Each request
 * takes 300 ms of it.
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
    send_timestamp: Math.floor(begin / 1000) - (count - index) * 60,
  }));
  const apiKey = `walk-${count}`;
  const emulator = createEmulator({ now: begin, messages, apiKey });
  const fetch = async (url, init) => {
    const response = await emulator.fetch(url, init);
    await new Promise((resolve) => setTimeout(resolve, LATENCY));
    return response;
  };
  const smsc = await createClient({ apiKey, fetch });
  const walk = async () => {
    let given = 0;
    for await (const _ of smsc.history.iterate()) given++;
    return given;
  };
  const given = await run(walk(), (ms) => emulator.advance(ms));
  const took = Date.now() - begin;
  if (given !== count) throw new Error(`${given} messages of ${count}`);
  const refused = emulator.requests.filter(({ code }) => code === 9).length;
  // A page that is not full ends a walk; thirty requests an hour.
  const requests = Math.floor(count / 1000) + 1;
  const least = Math.floor((requests - 1) / 30) * HOUR + (((requests - 1) % 30) + 1) * LATENCY;
  rows.push({ count, sent: emulator.requests.length, requests, took, least, refused });
}
const seconds = (ms) => `${(ms / 1000).toLocaleString("en")} s`;
console.log("| Messages | Requests | The least | Ratio | Time | The least | Ratio | Error 9 |");
console.log("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const { count, sent, requests, took, least, refused } of rows) {
  const [ofRequests, ofTime] = [sent / requests, took / least];
  console.log(
    `| ${count.toLocaleString("en")} | ${sent} | ${requests} | ${ofRequests.toFixed(2)} | ${seconds(took)} | ${seconds(least)} | ${ofTime.toFixed(3)} | ${refused} |`,
  );
}
