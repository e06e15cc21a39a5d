/** Tests of module loading. Each case runs in a separate process, because a loaded module stays loaded. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const baseUrl = process.argv[2];
const require = createRequire(import.meta.url);
const wasm = new URL(import.meta.resolve("smsc-wasm/smsc.wasm"));
const bytes = readFileSync(wasm);

/** Checks that a client works. */
async function checkClient({ createClient }) {
  const client = await createClient({ apiKey: "demo-key", baseUrl });
  assert.equal((await client.history.list({ limit: 1 })).messages.length, 1);
}

/** Records every compilation and instantiation from now on. */
async function recordStarts() {
  // The first `fetch` of Node.js instantiates a module of Node.js itself.
  await (await fetch(baseUrl)).arrayBuffer();
  const started = [];
  for (const name of ["compile", "instantiate", "compileStreaming", "instantiateStreaming"]) {
    const real = WebAssembly[name];
    WebAssembly[name] = (...args) => {
      started.push(name);
      return real.apply(WebAssembly, args);
    };
  }
  return started;
}

const initFrom = (makeSource) => async () => {
  const slim = await import("smsc-wasm/slim");
  await slim.init(await makeSource());
  await checkClient(slim);
};

const cases = {
  "slim, from a URL": initFrom(() => wasm),
  "slim, from a URL string": initFrom(() => import.meta.resolve("smsc-wasm/smsc.wasm")),
  "slim, from a data URL": initFrom(() => `data:application/wasm;base64,${bytes.toString("base64")}`),
  "slim, from a Response": initFrom(() => new Response(bytes, { headers: { "Content-Type": "application/wasm" } })),
  "slim, from a Response of another type": initFrom(() => new Response(bytes)),
  "slim, from a promise of a Response": initFrom(() => Promise.resolve(new Response(bytes))),
  "slim, from bytes": initFrom(() => bytes),
  "slim, from an ArrayBuffer": initFrom(() => new Uint8Array(bytes).buffer),
  "slim, from a module": initFrom(() => WebAssembly.compile(bytes)),
  "slim by require": async () => {
    const slim = require("smsc-wasm/slim");
    await slim.init(bytes);
    await checkClient(slim);
  },
  async "a second init creates no second instance"() {
    const started = await recordStarts();
    const smsc = await import("smsc-wasm");
    await Promise.all([smsc.init(), smsc.init(), checkClient(smsc)]);
    await smsc.init(bytes);
    await Promise.all([checkClient(smsc), checkClient(smsc)]);
    assert.equal(started.filter((name) => name.startsWith("instantiate")).length, 1);
  },
  async "the entry points share one instance"() {
    const started = await recordStarts();
    const [smsc, slim] = await Promise.all([import("smsc-wasm"), import("smsc-wasm/slim")]);
    await smsc.init();
    await checkClient(slim);
    assert.equal(started.filter((name) => name.startsWith("instantiate")).length, 1);
    assert.equal(smsc.SmscError, slim.SmscError);
  },
  async "init can be retried after a failure"() {
    const slim = await import("smsc-wasm/slim");
    for (const [wrong, reason] of [
      ["file:///no/such/file.wasm", /could not be loaded: ENOENT: .*no.such.file\.wasm/],
      ["./smsc.wasm", /could not be loaded: .*\.\/smsc\.wasm/],
      ["http://127.0.0.1:1/smsc.wasm", /could not be loaded: fetch failed: ./],
      [new Uint8Array(8), /could not be loaded: WebAssembly\.\w+\(\)/],
      [`${baseUrl}/none.wasm`, /HTTP status 404/],
      [new Response("no"), /could not be loaded: WebAssembly\.\w+\(\)/],
    ]) {
      const error = await slim.init(wrong).then(
        () => assert.fail("it loaded"),
        (error) => error,
      );
      assert.ok(slim.isSmscError(error), `${error?.stack}`);
      assert.equal(error.code, "internal");
      assert.match(error.message, reason);
    }
    await slim.init(bytes);
    await checkClient(slim);
  },
  async "use before init throws an error with instructions"() {
    const slim = await import("smsc-wasm/slim");
    const error = await slim.createClient({ apiKey: "demo-key", baseUrl }).catch((error) => error);
    assert.ok(slim.isSmscError(error));
    assert.deepEqual([error.code, error.parameter], ["invalid_option", "source"]);
    assert.match(error.message, /call `init\(source\)`/);
    await slim.init(bytes);
    await checkClient(slim);
  },
  async "an import has no side effect"() {
    const started = await recordStarts();
    globalThis.fetch = () => assert.fail("a request was made");
    const before = Reflect.ownKeys(globalThis);
    await import("smsc-wasm");
    require("smsc-wasm");
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(Reflect.ownKeys(globalThis), before);
    assert.deepEqual(started, []);
    // A timer or a connection would keep the build of a server running.
    assert.deepEqual(
      process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|FSReq|CloseReq)/.test(name)),
      [],
    );
  },
  "no top-level await": () => {
    // `require` rejects ES modules with top-level await.
    const [major, minor] = process.versions.node.split(".").map(Number);
    if (major < 22 || (major === 22 && minor < 12)) return;
    for (const name of ["index.js", "slim.js", "testing.js"]) {
      require(fileURLToPath(new URL(name, wasm)));
    }
  },
};

const [name] = process.argv.slice(3);
if (name) {
  await cases[name]();
  process.disconnect?.();
} else {
  const failed = [];
  for (const name of Object.keys(cases)) {
    const child = fork(fileURLToPath(import.meta.url), [baseUrl, name]);
    const code = await new Promise((resolve) => child.once("close", resolve));
    if (code !== 0) failed.push(name);
  }
  assert.deepEqual(failed, []);
}
