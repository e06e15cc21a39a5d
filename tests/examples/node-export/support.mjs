/** Runs the command of the example `examples-js/node-export` against the emulator on a port. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";
import { startCommand } from "../start-command.mjs";

// The folder of the installed example.
export const example = process.cwd();
const installed = createRequire(join(example, "export.mjs"));
const load = (name) => import(pathToFileURL(installed.resolve(name)));
export const { createEmulator, faults } = await load("smsc-wasm/testing");
export const { sumCosts } = await load("smsc-wasm");

export const root = await mkdtemp(join(tmpdir(), "smsc-export-"));
after(() => rm(root, { recursive: true, force: true }));

/** An emulator on a port and an empty folder for the files of the export. */
export async function setUp(t, seed) {
  // The limits of a real account would make each kill wait for an hour.
  const emulator = createEmulator({ limits: false, ...seed });
  const service = await emulator.listen();
  t.after(() => service.close());
  const folder = await mkdtemp(join(root, "run-"));
  return { emulator, url: service.url, folder };
}

/** Starts the command. */
export const start = (context, ...args) =>
  startCommand([process.execPath, join(example, "export.mjs"), ...args], context);

export const run = (context, ...args) => start(context, ...args).result;

/** The rows of a query, read by another process: in this one, libsql keeps its lock until the garbage collection. */
export function query(folder, sql) {
  const script =
    'const [file, sql] = process.argv.slice(1); console.log(JSON.stringify(new (require("libsql"))(file).prepare(sql).all()))';
  const args = ["-e", script, join(folder, "history.db"), sql];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: example, encoding: "utf8", maxBuffer: 2 ** 26 }));
}

const sorted = (ids) => [...ids].sort();
const idsOf = (emulator) => sorted(emulator.state.messages.map(({ intId }) => intId));
export const storedIds = (folder) => sorted(query(folder, "SELECT int_id FROM messages").map(({ int_id }) => int_id));

/** The records of a CSV file with quoted fields, which can have line breaks. */
export function parseCsv(text) {
  const fields = text.replace(/^\ufeff/, "").matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/g);
  const records = [[]];
  for (const [, quoted, plain, end] of fields) {
    records.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === "\n") records.push([]);
    if (end === "") break;
  }
  return records.slice(0, -1);
}

/** Checks that the database and the CSV file have every message of the emulator once. */
export async function assertComplete({ emulator, folder }) {
  const expected = idsOf(emulator);
  assert.deepEqual(storedIds(folder), expected);
  const [header, ...records] = parseCsv(await readFile(join(folder, "history.csv"), "utf8"));
  assert.equal(header[0], "id");
  assert.deepEqual(sorted(records.map(([id]) => id)), expected);
  assert.ok(records.every(({ length }) => length === header.length));
  assert.ok(!existsSync(join(folder, "history.csv.part")));
}
