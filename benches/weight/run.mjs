// Compares the download size for a page, or the bundle size for a server: run.mjs <tarball> <folder>
//
// For each package, a program that makes one call, bundled and minified by esbuild; without what it loads on first use.
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { Project } from "../../tests/runtimes/lib/project.mjs";
import { firstLoad } from "../../tests/size/first-load.mjs";
import { table } from "../lib/report.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [tarball, folder] = process.argv.slice(2);
const project = new Project(folder, dirname(here));
await project.prepare(["weight"], tarball, {});

const own = 'const smsc = await createClient({ apiKey: "k" });\nconsole.log(await smsc.history.list());';
const octokit = ["paginateRest", "retry", "throttling"];
const PACKAGES = [
  ["smsc-wasm", `import { createClient } from "smsc-wasm";\n${own}`],
  ["smsc-wasm/slim, and smsc.wasm", `import { createClient, init } from "smsc-wasm/slim";\nawait init("/w");\n${own}`],
  ["node-smsc", 'import smsc from "node-smsc";\nconsole.log(await smsc({ login: "l", password: "p" }).balance());'],
  ["ky", 'import ky from "ky";\nconsole.log(await ky.post("/", { json: {} }).json());'],
  [
    "@octokit/core with its plugins",
    `import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
const octokit = new (Octokit.plugin(${octokit}))();
console.log(await octokit.request("GET /"));`,
  ],
  ["openai", 'import OpenAI from "openai";\nconsole.log(await new OpenAI({ apiKey: "k" }).models.list());'],
  ["stripe", 'import Stripe from "stripe";\nconsole.log(await new Stripe("k").customers.list());'],
  ["twilio", 'import twilio from "twilio";\nconsole.log(await twilio("AC", "k").messages.list());'],
];

const rows = [];
for (const [name, contents] of PACKAGES) {
  let target = "a page";
  const parts = [
    await firstLoad(contents, folder).catch(() => {
      target = "Node.js only";
      return firstLoad(contents, folder, "node");
    }),
  ];
  if (name.includes("slim")) parts.push(readFileSync(project.path("node_modules/smsc-wasm/dist/smsc.wasm")));
  const total = (compress) => `${(parts.reduce((sum, part) => sum + compress(part).length, 0) / 1000).toFixed(1)} kB`;
  const version = name.startsWith("smsc-wasm") ? "" : project.version(name.split(" ")[0]);
  rows.push([
    name,
    version,
    target,
    total((part) => part),
    total((part) => gzipSync(part, { level: 9 })),
    total(brotliCompressSync),
  ]);
}
console.log(table(["Package", "Version", "For", "Bytes", "gzip", "brotli"], rows));
