/** The module that reads files and stored responses is loaded with the first of them. Each test needs a new process. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

/**
 * Runs a script in a new process. `instances` counts the instances of the module; `first` runs for each that is not a successor of
 * another. It prints the expected number of instances at its end.
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
    const smsc = await createClient(emulator.clientOptions());
    const failure = () => decodeTasks("1,a,2,x,y,z", 1).then(() => assert.fail("decoded"), (error) => error);
    const decodes = async () => assert.equal((await decodeTasks("1,a,2,x,y,z", 1))[0].name, "a");
    ${script}
    console.log(instances);`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--expose-gc", "--input-type=module", "--eval", head], {
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

/** Downloads whose bodies never end. `open` is the number of those that are not cancelled. */
const DOWNLOADS = `
    let open = 0;
    const body = () => new ReadableStream({
      start(controller) {
        open++;
        controller.enqueue(new TextEncoder().encode("a;b\\n1;2\\n"));
      },
      cancel() {
        open--;
      },
    });
    const fetch = async () => new Response(body(), { headers: { "content-disposition": "attachment; filename=a.csv" } });
    const downloading = await createClient({ apiKey: "downloads", rateLimit: "off", fetch });
    const download = () => downloading.tasks.download({ id: 1 });
    const settled = () => new Promise((resolve) => setTimeout(resolve, 20));`;

test("a download ends with its reading, also before it is read", () => {
  runInNewProcess(
    1,
    `${DOWNLOADS}
    for (const read of ["rows", "batches", "columns"]) {
      const unread = (await download())[read]();
      await unread.return();
      const loading = (await download())[read]();
      const next = loading.next();
      await loading.return();
      assert.deepEqual(await next, { value: undefined, done: true });
      const file = await download();
      await assert.rejects(file[read]({ foo: 1 }).next(), { code: "invalid_option" });
      await file[read]().return();
      await settled();
      assert.equal(open, 0, read);
    }
    await (await download()).ndjson().cancel();
    await assert.rejects((await download()).ndjson().pipeTo(new WritableStream({ start: (controller) => controller.error(new Error("full")) })));
    await settled();
    assert.equal(open, 0);
    const stream = body();
    await parseCsv(stream).return();
    await settled();
    assert.equal(open, 0);`,
  );
});

test("a download ends if the module cannot be loaded", () => {
  runInNewProcess(
    4,
    `${DOWNLOADS}
    for (const read of ["rows", "columns"]) {
      await assert.rejects((await download())[read]().next(), { code: "internal", endpoint: "tasks" });
    }
    await assert.rejects((await download()).text(), { code: "internal", endpoint: "tasks" });
    await assert.rejects(parseCsv(body()).next(), { code: "internal" });
    await settled();
    assert.equal(open, 0);`,
    'throw new Error("not now");',
  );
});

test("signals and the total time end the wait for the module", () => {
  runInNewProcess(
    "all ended",
    `
    // AbortSignal.timeout() does not keep the process alive.
    setTimeout(() => {}, 10_000);
    const options = () => ({ signal: AbortSignal.timeout(20) });
    for (const iteration of [
      smsc.tasks.rows({ id: 301 }, options()),
      smsc.history.columns({}, options()),
      parseCsv("a;b", options()),
      parseCsv.columns("a;b", { signal: AbortSignal.abort() }),
    ]) {
      await assert.rejects(iteration.next(), { code: "aborted" });
    }
    await assert.rejects(smsc.history.columns({}, { totalTimeoutMs: 20 }).next(), {
      code: "timeout",
      endpoint: "history",
      message: /totalTimeoutMs \\(20 ms\\)/,
    });
    await assert.rejects(smsc.history.columns({ limit: -1 }).next(), { code: "invalid_parameter", parameter: "limit" });
    assert.equal(emulator.requests.length, 0);
    console.log("all ended");
    process.exit();`,
    "await new Promise(() => {});",
  );
});

test("columns and lines of the history are freed if nothing refers to them any more", () => {
  runInNewProcess(
    1,
    `
    const page = JSON.stringify(
      Array.from({ length: 1000 }, (_, id) => ({ id, int_id: String(1e6 - id), message: "x".repeat(500), phone: "79990000000" })),
    );
    const paged = await createClient({ apiKey: "pages", rateLimit: "off", fetch: async () => new Response(page) });
    const drop = async (count) => {
      for (let i = 0; i < count; i++) {
        await paged.history.columns({ limit: 5000 }).next();
        await paged.history.ndjson({ limit: 5000 }).getReader().read();
        gc();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      return process.memoryUsage().external;
    };
    const before = await drop(10);
    const after = await drop(40);
    assert.ok(after - before < 10e6, \`\${after - before} bytes more\`);`,
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
