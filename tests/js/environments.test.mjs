/** Environments that lack something: each error names the cause and the remedy. Each test is a program of its own. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";

/** Runs a program after some preparations. Returns what it prints. */
function run(program, { prepare = "", flags = [] } = {}) {
  const source = `${prepare}\nconst { createClient, parseCsv } = await import("smsc-wasm");\n${program}`;
  const args = ["--no-warnings=ExperimentalWarning", ...flags, "--input-type=module", "--eval", source];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: import.meta.dirname, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return { stdout, stderr };
}

const report = "(error) => console.log(JSON.stringify({ ...error.toJSON(), isError: error instanceof Error }))";
const errorOf = (call, options) =>
  JSON.parse(run(`await (async () => { ${call} })().catch(${report});`, options).stdout);
const list = "const smsc = await createClient({ apiKey: 'k' }); await smsc.tasks.list();";
const stub = "const smsc = await createClient({ apiKey: 'k', fetch: async () => new Response('[]') });";

describe("an environment without", () => {
  test("fetch: nothing was sent, also of a change", () => {
    for (const prepare of ["delete globalThis.fetch;", "globalThis.fetch = 5;"]) {
      for (const call of [
        list,
        "const smsc = await createClient({ apiKey: 'k' }); await smsc.senders.add({ name: 'A' });",
      ]) {
        const error = errorOf(call, { prepare });
        assert.deepEqual([error.code, error.parameter], ["invalid_option", "fetch"]);
        assert.match(error.message, /has no `fetch`: pass one to `createClient\(\{ fetch \}\)`$/);
      }
    }
  });

  test("AbortController", () => {
    const rows = `${stub} for await (const _ of smsc.tasks.rows({ id: 1 }));`;
    for (const call of [`${stub} await smsc.tasks.list();`, rows]) {
      const error = errorOf(call, { prepare: "delete globalThis.AbortController;" });
      assert.equal(error.code, "internal");
      assert.match(error.message, /has no AbortController.*polyfill/);
    }
  });

  test("WebAssembly", () => {
    for (const options of [{ prepare: "delete globalThis.WebAssembly;" }, { flags: ["--jitless"] }]) {
      const error = errorOf(list, options);
      assert.equal(error.code, "internal");
      assert.match(error.message, /has no WebAssembly.*--jitless/);
    }
  });

  test("permission to compile WebAssembly", () => {
    const rejecting = (message) =>
      `WebAssembly.instantiate = WebAssembly.compile = async () => { throw new WebAssembly.CompileError(${JSON.stringify(message)}); };`;
    for (const message of [
      "WebAssembly.instantiate(): Refused to compile or instantiate WebAssembly module because 'unsafe-eval' is not an allowed source",
      "call to WebAssembly.instantiate() blocked by CSP",
      "Refused to create a WebAssembly object because 'unsafe-eval' or 'wasm-unsafe-eval' is not an allowed source of script",
    ]) {
      const error = errorOf(list, { prepare: rejecting(message) });
      assert.match(error.message, /Content-Security-Policy.*'wasm-unsafe-eval'.*manifest\.json/);
      assert.equal(error.cause.message, message);
    }
    const embedder = "WebAssembly.instantiate(): Wasm code generation disallowed by embedder";
    assert.match(errorOf(list, { prepare: rejecting(embedder) }).message, /imported module.*workerd/);
    const other = errorOf(list, { prepare: rejecting("expected magic word") });
    assert.equal(other.message, "the WebAssembly could not be loaded: expected magic word");
  });
});

test("a browser's worker is one, whatever shims it has", () => {
  const worker = (userAgent) => `
    globalThis.WorkerGlobalScope = class { static [Symbol.hasInstance]() { return true; } };
    globalThis.location = new URL("https://shop.example/worker.js");
    Object.defineProperty(globalThis, "navigator", { value: { userAgent: ${JSON.stringify(userAgent)} }, configurable: true });
    globalThis.Deno = {};`;
  const browser =
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
  const error = errorOf(list, { prepare: worker(browser) });
  assert.equal(error.code, "invalid_option");
  assert.match(error.message, /dangerouslyAllowBrowser/);
  for (const userAgent of ["Deno/2.9.6", "Bun/1.4.5", "Cloudflare-Workers"]) {
    const { stdout } = run(`${stub} console.log((await smsc.tasks.list()).length);`, { prepare: worker(userAgent) });
    assert.equal(stdout.trim(), "0");
  }
});

test("12 readings with one AbortSignal print no warning", () => {
  const { stderr, stdout } = run(`
    const { signal } = new AbortController();
    const body = () => new ReadableStream({
      async pull(controller) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        controller.enqueue(new TextEncoder().encode("1;2\\n"));
      },
    });
    const fetch = async (_, { body: form }) => new Response(form.includes("get_file") ? body() : "[]");
    const smsc = await createClient({ apiKey: "k", rateLimit: "off", fetch });
    const each = Array.from({ length: 12 }, (_, index) => index + 1);
    const all = each.flatMap((afterId) => [
      smsc.tasks.list({ afterId }, { signal }),
      smsc.tasks.rows({ id: afterId }, { signal }).next(),
      parseCsv(body(), { signal }).next(),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 200));
    console.log(all.length);
    process.exit();`);
  assert.equal(stdout.trim(), "36");
  assert.equal(stderr, "");
});
