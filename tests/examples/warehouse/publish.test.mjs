/** The files of the example `examples-js/warehouse` get their final names together, or not at all. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { contentsOf, example, faults, NOW, root, run, setUp, start, succeed, taskOf } from "./support.mjs";

const { publishFiles } = await import(pathToFileURL(join(example, "src/export/publish.mjs")));

const TASK = taskOf(12, "phone;cost\n79990000001;1.5\n");
const MESSAGES = [{ cost: "1", sendTimestamp: NOW / 1000 - 60 }];

test("warehouse: a folder with the name of a file is exit code 2, before any request", async (t) => {
  const context = await setUp(t, { messages: MESSAGES, tasks: [TASK] });
  for (const file of ["messages.duckdb", "task_12.arrows"]) {
    const folder = join(context.data, file);
    await mkdir(join(folder, "kept"), { recursive: true });
    const { code, errors } = await run(context, "export", "--from", "2026-11-01", "--task", "12");
    assert.equal(code, 2);
    assert.equal(errors, `${join("data", file)} is a folder. Rename it, or choose another folder with --out.\n`);
    assert.deepEqual([await readdir(context.data), await readdir(folder)], [[file], ["kept"]]);
    await rm(folder, { recursive: true });
  }
  assert.equal(context.emulator.requests.length, 0);
});

test("warehouse: a folder that appears during the export leaves the old files", async (t) => {
  const context = await setUp(t, { messages: MESSAGES, tasks: [TASK] });
  await succeed(context, "export", "--task", "12", "--format", "parquet");
  const before = await contentsOf(context.data);
  context.emulator.faults.push(faults.slowBody({ chunkBytes: 1, chunkDelayMs: 20, times: Infinity }));
  const { length } = context.emulator.requests;
  const { result } = start(context, "export", "--task", "12");
  while (context.emulator.requests.length === length) await new Promise((resolve) => setTimeout(resolve, 5));
  await mkdir(join(context.data, "task_12.duckdb", "kept"), { recursive: true });
  const { code, errors } = await result;
  assert.equal(code, 2);
  assert.match(errors, /task_12\.duckdb is a folder\./);
  assert.deepEqual(await readdir(join(context.data, "task_12.duckdb")), ["kept"]);
  await rm(join(context.data, "task_12.duckdb"), { recursive: true });
  assert.deepEqual(await contentsOf(context.data), before);
});

/** A folder of complete files, and one with earlier files. */
async function folders(complete, earlier) {
  const out = await mkdtemp(join(root, "publish-"));
  const folder = join(out, ".part-test");
  await mkdir(folder);
  for (const name of complete) await writeFile(join(folder, name), `new ${name}`);
  for (const name of earlier) await writeFile(join(out, name), `old ${name}`);
  const texts = async () => {
    const entries = Object.entries(await contentsOf(out, /^\.part-/));
    return Object.fromEntries(entries.map(([name, hex]) => [name, Buffer.from(hex, "hex").toString()]));
  };
  return { out, folder, texts };
}

test("warehouse: complete files replace the earlier ones", async () => {
  const { out, folder, texts } = await folders(["a", "b"], ["b", "c"]);
  publishFiles(["a", "b"], folder, out);
  assert.deepEqual(await texts(), { a: "new a", b: "new b", c: "old c" });
});

test("warehouse: a file that cannot be moved leaves the earlier files under their names", async () => {
  // The third file is missing, so its move fails after those of the first two.
  const { out, folder, texts } = await folders(["a", "b"], ["b", "c"]);
  assert.throws(() => publishFiles(["a", "b", "c"], folder, out), {
    message: /^The files cannot be replaced: ENOENT/,
  });
  assert.deepEqual(await texts(), { b: "old b", c: "old c" });
});
