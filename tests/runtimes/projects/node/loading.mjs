/** What loading promises. Each case has a process of its own: one that loaded stays loaded. */
import assert from "node:assert/strict";
import { fork } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const baseUrl = process.argv[2];
const require = createRequire(import.meta.url);
const wasm = new URL(import.meta.resolve("smsc-wasm/smsc.wasm"));
const bytes = readFileSync(wasm);

/** The whole way through `smsc-wasm/slim`, however it was given the bytes. */
async function works({ createClient }) {
  const client = await createClient({ apiKey: "demo-key", baseUrl });
  assert.equal((await client.history.list({ limit: 1 })).messages.length, 1);
}

/** Notes each module that is compiled or started from now on. */
async function watched() {
  // Node's own `fetch` starts a module of its own the first time.
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

const given = (make) => async () => {
  const slim = await import("smsc-wasm/slim");
  await slim.init(await make());
  await works(slim);
};

const cases = {
  "slim, from a URL": given(() => wasm),
  "slim, from the text of an address": given(() => wasm.href),
  "slim, from an address that is a data URL": given(() => `data:application/wasm;base64,${bytes.toString("base64")}`),
  "slim, from a Response": given(() => new Response(bytes, { headers: { "Content-Type": "application/wasm" } })),
  "slim, from a Response of another type": given(() => new Response(bytes)),
  "slim, from the promise of a Response": given(() => Promise.resolve(new Response(bytes))),
  "slim, from bytes": given(() => bytes),
  "slim, from an ArrayBuffer": given(() => new Uint8Array(bytes).buffer),
  "slim, from a module": given(() => WebAssembly.compile(bytes)),
  "slim by require": async () => {
    const slim = require("smsc-wasm/slim");
    await slim.init(bytes);
    await works(slim);
  },
  async "a second init is harmless, and there is one instance"() {
    const started = await watched();
    const smsc = await import("smsc-wasm");
    await Promise.all([smsc.init(), smsc.init(), works(smsc)]);
    await smsc.init(bytes);
    await Promise.all([works(smsc), works(smsc)]);
    assert.equal(started.filter((name) => name.startsWith("instantiate")).length, 1);
  },
  async "the entries share one instance"() {
    const started = await watched();
    const [smsc, slim] = await Promise.all([import("smsc-wasm"), import("smsc-wasm/slim")]);
    await smsc.init();
    await works(slim);
    assert.equal(started.filter((name) => name.startsWith("instantiate")).length, 1);
    assert.equal(smsc.SmscError, slim.SmscError);
  },
  async "an init that failed can be tried again"() {
    const slim = await import("smsc-wasm/slim");
    for (const wrong of ["file:///no/such/file.wasm", new Uint8Array(8), `${baseUrl}/none.wasm`, new Response("no")]) {
      const error = await slim.init(wrong).then(
        () => assert.fail("it loaded"),
        (error) => error,
      );
      assert.ok(slim.isSmscError(error), `${error?.stack}`);
      assert.equal(error.code, "internal");
    }
    await slim.init(bytes);
    await works(slim);
  },
  async "before it is ready a sentence says what to do"() {
    const slim = await import("smsc-wasm/slim");
    const error = await slim.createClient({ apiKey: "demo-key", baseUrl }).catch((error) => error);
    assert.ok(slim.isSmscError(error));
    assert.match(error.message, /call `init\(source\)`/);
    await slim.init(bytes);
    await works(slim);
  },
  async "an import has no side effect"() {
    const started = await watched();
    globalThis.fetch = () => assert.fail("a request was made");
    const before = Reflect.ownKeys(globalThis);
    await import("smsc-wasm");
    require("smsc-wasm");
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual(Reflect.ownKeys(globalThis), before);
    assert.deepEqual(started, []);
    // A timer or a connection would keep a server's build from ending.
    assert.deepEqual(
      process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|FSReq|CloseReq)/.test(name)),
      [],
    );
  },
  "no top-level await": () => {
    // Where `require` takes ES modules it refuses those that await.
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
