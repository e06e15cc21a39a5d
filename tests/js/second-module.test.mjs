/** The module that reads files and stored responses is loaded with the first of them. Each test needs a new process. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

/**
 * Runs a script in a new process. `instances` counts the instances of the module; `first` runs for each that is not a successor of
 * another. The script ends with the expected number of instances.
 */
function runInNewProcess(expected, script, first = "") {
  const head = `
    import assert from "node:assert/strict";
    let instances = 0;
    const { instantiate, Instance } = WebAssembly;
    WebAssembly.instantiate = async (source, imports) => {
      const result = await instantiate(source, imports);
      if (imports === undefined || !("./formats_bg.js" in imports)) return result;
      instances += 1;
      const { instance, module } = result;
      ${first}
      return result;
    };
    WebAssembly.Instance = new Proxy(Instance, {
      construct(target, args) {
        instances += 1;
        return Reflect.construct(target, args);
      },
    });
    const { createClient, decodeTasks, parseCsv } = await import("smsc-wasm");
    const { createEmulator } = await import("smsc-wasm/testing");
    assert.equal(instances, 0);
    const emulator = createEmulator({ limits: false });
    const smsc = await createClient({ ...emulator.clientOptions(), rateLimit: "off" });
    const failure = () => decodeTasks("1,a,2,x,y,z", 1).then(() => assert.fail("decoded"), (error) => error);
    const decodes = async () => assert.equal((await decodeTasks("1,a,2,x,y,z", 1))[0].name, "a");
    ${script}
    console.log(instances);`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", head], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    encoding: "utf8",
  });
  assert.equal(stdout.trim(), String(expected), stderr);
}

test("a client that reads no file does not load the module", () => {
  runInNewProcess(
    0,
    `
    await smsc.history.list({ limit: 3 });
    assert.equal((await smsc.history.iterate({ limit: 3 }).toArray(3)).length, 3);
    await smsc.senders.list();
    const file = await smsc.tasks.download({ id: 301 });
    assert.ok((await file.bytes()).length > 0);
    smsc.tasks.rows({ id: 301 });
    smsc.history.columns();
    parseCsv.ndjson("a");`,
  );
});

test("the first rows, columns and stored responses load it together, once", () => {
  runInNewProcess(
    1,
    `
    const [row, batch, page, text] = await Promise.all([
      smsc.tasks.rows({ id: 301 }).next(),
      parseCsv.columns("a;b\\n1;2").next(),
      smsc.history.columns({ limit: 3 }).next(),
      smsc.tasks.download({ id: 301 }).then((file) => file.text()),
      decodes(),
    ]);
    assert.equal(row.done, false);
    assert.deepEqual(batch.value, { length: 1, columns: { a: ["1"], b: ["2"] } });
    assert.equal(page.value.length, 3);
    assert.ok(text.length > 0);`,
  );
});

test("an iteration that ends while it loads requests nothing", () => {
  runInNewProcess(
    1,
    `
    for (const iteration of [smsc.tasks.rows({ id: 301 }), smsc.tasks.columns({ id: 301 }), smsc.history.columns()]) {
      const next = iteration.next();
      await iteration.return();
      assert.deepEqual(await next, { value: undefined, done: true });
    }
    const reader = smsc.tasks.ndjson({ id: 301 }).getReader();
    const read = reader.read();
    await reader.cancel();
    assert.deepEqual(await read, { value: undefined, done: true });
    await decodes();
    assert.equal(emulator.requests.length, 0);`,
  );
});

test("a failed load is retried", () => {
  runInNewProcess(
    3,
    `
    const error = await failure();
    assert.deepEqual([error.code, error.endpoint, error.cause.message], ["internal", "tasks", "not now"]);
    await assert.rejects(smsc.tasks.rows({ id: 301 }).next(), { code: "internal", endpoint: "tasks" });
    assert.equal(emulator.requests.length, 0);
    await Promise.all([decodes(), decodes()]);
    await decodes();`,
    'if (instances <= 2) throw new Error("not now");',
  );
});

test("an instance that traps is replaced", () => {
  runInNewProcess(
    2,
    `
    const error = await failure();
    assert.deepEqual([error.code, error.endpoint, error.cause.message], ["internal", "tasks", "unreachable"]);
    await Promise.all([decodes(), decodes()]);`,
    `const decodeTasks = () => { throw new WebAssembly.RuntimeError("unreachable"); };
      if (instances === 1) return { module, instance: { exports: { ...instance.exports, decodeTasks } } };`,
  );
});
