/**
 * The packed package in every runtime, bundler and test runner it is made for, each in a project of its own below
 * target/runtimes/ with nothing in its settings about this package.
 *
 *   node tests/runtimes/run.mjs --core | --all | --only <host> … [--tarball <file>]
 *
 * What came of it goes to target/runtimes/results.json too, of which table.mjs makes the table of the README.
 */
import { readdirSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { hosts } from "./hosts/index.mjs";
import { Browsers } from "./lib/browser.mjs";
import { moduleOf } from "./lib/bytes.mjs";
import { NotRun } from "./lib/not-run.mjs";
import { Project } from "./lib/project.mjs";
import { account, expected, HANGING_LIMIT } from "./smoke.mjs";

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
if (unknown !== undefined || [values.core, values.all, values.only].filter(Boolean).length !== 1) {
  console.error(`usage: run.mjs --core | --all | --only <host> …\nhosts: ${names.join(", ")}`);
  process.exit(2);
}
const chosen = hosts.filter(({ name, core }) => values.all || (values.core && core) || values.only?.includes(name));

const results = [];
const browsers = new Browsers();
const tarball = values.tarball ?? packed();

/** What a host is given to work with. */
class Bench {
  /** The emulator's address. */
  service = "";
  browsers = browsers;

  constructor(host) {
    this.host = host;
  }

  /** A project made of these layers, and always of smoke.mjs. */
  async project(layers, { folder = this.host.name, dependencies } = {}) {
    const project = new Project(join(target, folder), join(here, "projects"));
    await project.prepare([...layers, join(here, "smoke.mjs")], tarball, dependencies);
    return project;
  }

  /** Does one thing and notes what came of it. `version` may be found out only then. */
  async check(variant, version, run) {
    const began = performance.now();
    const result = { host: this.host.title, variant, version: "", outcome: "passed" };
    try {
      result.version = String((typeof version === "function" ? await version() : version) ?? "");
      await run();
    } catch (error) {
      // A machine that builds and lands changes has everything.
      const lacking = error instanceof NotRun && process.env.CI !== "true";
      result.outcome = lacking ? "not run" : "failed";
      result.reason = String(error?.message ?? error);
    }
    result.seconds = Math.round((performance.now() - began) / 100) / 10;
    results.push(result);
    console.log(line(result));
    if (result.reason) console.log(result.reason.replaceAll(/^/gm, "    "));
  }

  /** Fails unless this is what the smoke gives where all is well. Takes text too, the last line of a program's output. */
  same(given) {
    const result = typeof given === "string" ? JSON.parse(given.trim().split("\n").at(-1)) : given;
    if (result?.failure) throw new Error(result.failure);
    if (!isDeepStrictEqual(result, expected)) {
      throw new Error(`expected ${JSON.stringify(expected)}\nand got  ${JSON.stringify(result)}`);
    }
  }

  /** The module, by which `onceIn` finds it in what was built. */
  module(project) {
    return moduleOf(project.path("node_modules", "smsc-wasm"));
  }
}

const line = ({ host, variant, version, outcome, seconds }) =>
  `${`${host} ${version}`.padEnd(34)} ${variant.padEnd(44)} ${outcome === "passed" ? outcome : outcome.toUpperCase()} ${seconds} s`;

/** The tarball that `npm pack` left. */
function packed() {
  const folder = join(root, "target", "pack");
  const name = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (!name) throw new Error("target/pack holds no tarball");
  return join(folder, name);
}

/** The emulator of the very package that is tested, on a port. */
async function startEmulator() {
  const project = new Project(join(target, "emulator"), join(here, "projects"));
  await project.prepare([], tarball);
  const entry = project.path("node_modules", "smsc-wasm", "dist", "testing.js");
  const { createEmulator } = await import(pathToFileURL(entry).href);
  const emulator = createEmulator(account);
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
    if (results.length === before) throw new Error(`${host.name} checked nothing`);
  }
} finally {
  await browsers.close();
  await emulator.close();
}

// A run of some hosts leaves what is known of the others.
const old = JSON.parse(await readFile(resultsFile, "utf8").catch(() => "[]"));
const fresh = new Set(results.map(({ host }) => host));
const merged = values.all ? results : [...old.filter(({ host }) => !fresh.has(host)), ...results];
const order = hosts.map(({ title }) => title);
merged.sort((a, b) => order.indexOf(a.host) - order.indexOf(b.host));
await mkdir(target, { recursive: true });
await writeFile(resultsFile, `${JSON.stringify(merged, null, 2)}\n`);

console.log(`\n${results.map(line).join("\n")}`);
const count = (outcome) => results.filter((result) => result.outcome === outcome).length;
console.log(`\n${count("passed")} passed, ${count("failed")} failed, ${count("not run")} skipped`);
// 3: all is well as far as this machine goes.
process.exitCode = count("failed") > 0 ? 1 : count("not run") > 0 ? 3 : 0;
