/**
 * Tests the packed package in every supported runtime, bundler and test runner, each in a separate project below
 * target/runtimes/ without package-specific configuration.
 *
 *   node tests/runtimes/run.mjs --core | --all | [--all] --only <host> … [--tarball <file>]
 *
 * Also writes the results to target/runtimes/results.json, from which table.mjs creates the table of docs/hosts.md.
 */
import { readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { hosts } from "./hosts/index.mjs";
import { Browsers } from "./lib/browser.mjs";
import { moduleOf } from "./lib/bytes.mjs";
import { NotRun } from "./lib/not-run.mjs";
import { Project } from "./lib/project.mjs";
import { expectedOfProxy } from "./proxy-checks.mjs";
import { account, expected, HANGING_LIMIT, longLines } from "./smoke.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
const target = join(root, "target", "runtimes");
const resultsFile = join(target, "results.json");

const { values } = parseArgs({
  options: {
    core: { type: "boolean" },
    all: { type: "boolean" },
    only: { type: "string", multiple: true },
    tarball: { type: "string" },
  },
});
const names = hosts.map(({ name }) => name);
const unknown = values.only?.find((name) => !names.includes(name));
if (unknown !== undefined || [values.core, values.all || values.only].filter(Boolean).length !== 1) {
  console.error(`usage: run.mjs --core | --all | [--all] --only <host> …\nhosts: ${names.join(", ")}`);
  process.exit(2);
}
const chosen = hosts.filter(({ name, core }) => (values.only ? values.only.includes(name) : values.all || core));

const results = [];
const browsers = new Browsers();
const tarball = values.tarball ?? findTarball();

/** The helpers that a host uses for its checks. */
class Bench {
  /** The emulator's URL. */
  service = "";
  browsers = browsers;
  /** The path of the packed package. */
  tarball = tarball;
  /** Whether to run all checks, and not only those of every change. */
  all = Boolean(values.all);

  constructor(host) {
    this.host = host;
  }

  /** Creates a project from these layers and the shared checks. */
  async project(layers, { folder = this.host.name, dependencies } = {}) {
    const project = new Project(join(target, folder), join(here, "projects"));
    await project.prepare([...layers, join(here, "smoke.mjs"), join(here, "proxy-checks.mjs")], tarball, dependencies);
    return project;
  }

  /** Runs one check and records its result. A function `version` is called within the check. */
  async check(variant, version, run) {
    const began = performance.now();
    const result = { host: this.host.title, variant, version: "", outcome: "passed" };
    try {
      result.version = String((typeof version === "function" ? await version() : version) ?? "");
      await run();
    } catch (error) {
      // In CI, a missing program is an error.
      const notRun = error instanceof NotRun && process.env.CI !== "true";
      result.outcome = notRun ? "not run" : "failed";
      result.reason = String(error?.message ?? error);
    }
    result.seconds = Math.round((performance.now() - began) / 100) / 10;
    results.push(result);
    console.log(line(result));
    if (result.reason) console.log(result.reason.replaceAll(/^/gm, "    "));
  }

  /** Throws unless `given` is the expected result of `proxyChecks`: a value, or program output with JSON in its last line. */
  sameOfProxy(given) {
    this.same(given, expectedOfProxy);
  }

  /** The same, of `smoke`. */
  same(given, wanted = expected) {
    const result = typeof given === "string" ? JSON.parse(given.trim().split("\n").at(-1)) : given;
    if (result?.failure) throw new Error(result.failure);
    if (!isDeepStrictEqual(result, wanted)) {
      throw new Error(`expected ${JSON.stringify(wanted)}\ngot      ${JSON.stringify(result)}`);
    }
  }

  /** The compiled module, for `onceIn`. */
  module(project) {
    return moduleOf(project.path("node_modules", "smsc-wasm"));
  }
}

const line = ({ host, variant, version, outcome, seconds }) =>
  `${`${host} ${version}`.padEnd(34)} ${variant.padEnd(44)} ${outcome === "passed" ? outcome : outcome.toUpperCase()} ${seconds} s`;

/** The path of the tarball that `npm pack` created. */
function findTarball() {
  const folder = join(root, "target", "pack");
  const name = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (!name) throw new Error("target/pack contains no tarball");
  return join(folder, name);
}

/** Starts the emulator of the tested package on a port. */
async function startEmulator() {
  const project = new Project(join(target, "emulator"), join(here, "projects"));
  await project.prepare([], tarball);
  const entry = project.path("node_modules", "smsc-wasm", "dist", "testing.js");
  const { createEmulator } = await import(pathToFileURL(entry).href);
  const halves = [longLines.slice(0, 10_000), longLines.slice(10_000)].map((lines) => lines.join(""));
  halves[0] = `number;text\n${halves[0]}`;
  const task = { name: "Архив", status: 2, due: [] };
  const tasks = [
    { ...task, id: 12, file: "archive.csv", content: halves.join("") },
    { ...task, id: 13, file: "archive.csv.gz", content: Buffer.concat(halves.map((half) => gzipSync(half))) },
  ];
  const emulator = createEmulator({ ...account, tasks: [...account.tasks, ...tasks] });
  emulator.faults.push({
    kind: "hang",
    times: Number.POSITIVE_INFINITY,
    when: ({ script, parameters }) => script === "get.php" && Number(parameters.cnt) === HANGING_LIMIT,
  });
  return emulator.listen();
}

const emulator = await startEmulator();
try {
  for (const host of chosen) {
    const bench = new Bench(host);
    bench.service = emulator.url;
    const before = results.length;
    try {
      await host.run(bench);
    } catch (error) {
      await bench.check("", "", () => {
        throw error;
      });
    }
    if (results.length === before) throw new Error(`${host.name} made no checks`);
  }
} finally {
  await browsers.close();
  await emulator.close();
}

// A run of some hosts keeps the earlier results of the others.
const previous = JSON.parse(await readFile(resultsFile, "utf8").catch(() => "[]"));
const fresh = new Set(results.map(({ host }) => host));
const merged = values.all && !values.only ? results : [...previous.filter(({ host }) => !fresh.has(host)), ...results];
const order = hosts.map(({ title }) => title);
merged.sort((a, b) => order.indexOf(a.host) - order.indexOf(b.host));
await mkdir(target, { recursive: true });
await writeFile(resultsFile, `${JSON.stringify(merged, null, 2)}\n`);

console.log(`\n${results.map(line).join("\n")}`);
const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
console.log(`\n${count("passed")} passed, ${count("failed")} failed, ${count("not run")} skipped`);
// Exit code 3: no failures, but some checks were not run on this machine.
process.exitCode = count("failed") > 0 ? 1 : count("not run") > 0 ? 3 : 0;
