/** Runs the command of the example `examples-js/warehouse` against the emulator on a port. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";
import { startCommand } from "../start-command.mjs";

// The folder of the installed example.
export const example = process.cwd();
const installed = createRequire(join(example, "warehouse.mjs"));
export const load = (name) => import(pathToFileURL(installed.resolve(name)));
export const { createEmulator, faults } = await load("smsc-wasm/testing");
export const { createClient, messageSchema } = await load("smsc-wasm");

export const root = await mkdtemp(join(tmpdir(), "smsc-warehouse-"));
after(() => rm(root, { recursive: true, force: true }));

/** The noon of a day at UTC. Messages of the emulator are older. */
export const NOW = Date.UTC(2026, 10, 22, 12);

/** An emulator on a port, a client of it without limits, and an empty folder to run in. */
export async function setUp(t, seed) {
  const emulator = createEmulator({ limits: false, now: NOW, ...seed });
  const service = await emulator.listen();
  t.after(() => service.close());
  const folder = await mkdtemp(join(root, "run-"));
  const client = await createClient(emulator.clientOptions());
  return { emulator, client, url: service.url, folder, data: join(folder, "data") };
}

/** A finished task with a file. */
export const taskOf = (id, content) => ({ id, name: `task ${id}`, status: 2, file: `${id}.csv`, content, due: [] });

/** Starts the command. `context.command` runs Node.js with other limits. */
export const start = ({ command = [], ...context }, ...args) =>
  startCommand([...command, process.execPath, join(example, "warehouse.mjs"), ...args], context);

export const run = (context, ...args) => start(context, ...args).result;

/** Runs a command that must succeed. Returns its output. */
export async function succeed(context, ...args) {
  const { code, output, errors } = await run(context, ...args);
  assert.equal(errors, "");
  assert.equal(code, 0);
  return output;
}

/** The result of `query --json`. */
export const queryJson = async (context, ...args) => JSON.parse(await succeed(context, "query", "--json", ...args));

/** A file of several chunks. */
export const largeFile = () => {
  let content = "phone;text;cost\n";
  for (let index = 0; index < 120_000; index++)
    content += `${79990000000 + index};Сообщение ${index} о заказе;${index % 9}.5\n`;
  return content;
};

/** The names and contents of the files in a folder, without entries of `except`. */
export async function contentsOf(folder, except) {
  const names = (await readdir(folder).catch(() => [])).filter((name) => !except?.test(name));
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), "hex")])),
  );
}
