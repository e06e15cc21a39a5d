/**
 * The emulator in another realm, as test runners create one: its Uint8Array, Error and Object are not those of the values that it
 * receives.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { gunzipSync } from "node:zlib";
import { createClient } from "smsc-wasm";
import { NOW } from "./support/account.mjs";

/** What the host adds to the language in a test runner's realm. */
const PLATFORM = [
  ...["AbortController", "Blob", "CompressionStream", "FormData", "Headers", "ReadableStream", "Request", "Response"],
  ...["TextDecoder", "TextEncoder", "URL", "URLSearchParams", "clearTimeout", "process", "setTimeout"],
];

/** Loads the emulator in a new realm. */
function loadInRealm() {
  const path = createRequire(import.meta.url).resolve("smsc-wasm/testing");
  const module = { exports: {} };
  const platform = Object.fromEntries(PLATFORM.map((name) => [name, globalThis[name]]));
  const context = createContext({ ...platform, module, exports: module.exports });
  runInContext(readFileSync(path, "utf8"), context, { filename: path });
  return { ...module.exports, evaluate: (code) => runInContext(code, context) };
}

const { createEmulator, faults, makeCsv, evaluate } = loadInRealm();
const start = (seed = {}) => createEmulator({ now: NOW, limits: false, ...seed });
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

test("the realm differs", () => {
  assert.ok(!(new Uint8Array() instanceof evaluate("Uint8Array")));
  assert.ok(!(makeCsv(1) instanceof Uint8Array));
});

describe("an emulator of another realm", () => {
  test("serves a client: lists, documents, files, errors", async () => {
    const emulator = start();
    const smsc = await createClient(emulator.clientOptions({ maxRetries: 0 }));
    assert.equal((await smsc.history.list({ limit: 5 })).messages.length, 5);
    const { id } = await smsc.senders.add({
      name: "SHOP",
      document: { data: PNG, fileName: "знак.png" },
      registrations: { mtsStep: true },
    });
    assert.equal(emulator.state.senders.find((sender) => sender.id === id).files[0].name, "знак.png");
    assert.deepEqual([...emulator.requestsTo("senders.add")[0].files[0].bytes], [...PNG]);
    const compressed = await (await smsc.tasks.download({ id: 303 })).bytes();
    assert.match(gunzipSync(compressed).toString("latin1"), /^ID;/);
    emulator.faults.push(faults.connectionFailure(), faults.truncatedBody(5), faults.emptyBody());
    for (const code of ["connection", "connection", "bad_response"]) {
      await assert.rejects(smsc.balance(), (error) => error.code === code);
    }
  });

  test("reads every type of body, of both realms", async () => {
    const emulator = start();
    const url = "https://smsc.ru/sys/balance.php";
    const form = "apikey=demo-key&fmt=3";
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const bytes = new TextEncoder().encode(form);
    const inner = evaluate(`(text) => Uint8Array.from(text, (character) => character.charCodeAt(0))`)(form);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(bytes);
        controller.close();
      },
    });
    const multipart = new FormData();
    multipart.append("apikey", "demo-key");
    multipart.append("fmt", "3");
    for (const [what, init] of Object.entries({
      "a string": { body: form, headers },
      URLSearchParams: { body: new URLSearchParams(form) },
      FormData: { body: multipart },
      "a Uint8Array": { body: bytes, headers },
      "a Uint8Array of the emulator's realm": { body: inner, headers },
      "an ArrayBuffer": { body: bytes.buffer, headers },
      "a DataView": { body: new DataView(bytes.buffer), headers },
      "a Blob": { body: new Blob([form], { type: headers["content-type"] }) },
      "a stream": { body: stream, headers, duplex: "half" },
    })) {
      const response = await emulator.fetch(url, { method: "POST", ...init });
      assert.deepEqual(await response.json(), { balance: "1834.5" }, what);
    }
    const request = new Request(url, { method: "POST", body: new URLSearchParams(form) });
    assert.deepEqual(await (await emulator.fetch(request)).json(), { balance: "1834.5" });
  });

  test("accepts seeds and faults of both realms", async () => {
    const content = new TextEncoder().encode("a;b\r\n");
    const emulator = start({ now: new Date(NOW), tasks: [{ id: 1, status: 2, content, due: [] }] });
    assert.equal(emulator.now(), NOW);
    const smsc = await createClient(emulator.clientOptions({ maxRetries: 0 }));
    const text = async () => (await smsc.tasks.download({ id: 1 })).text();
    assert.equal(await text(), "a;b\r\n");
    for (const body of [content, evaluate("Uint8Array.of(97, 59, 98, 13, 10)"), (bytes) => bytes.slice()]) {
      emulator.faults.push(faults.replacedBody(body, { headers: { "content-disposition": "attachment" } }));
      assert.equal(await text(), "a;b\r\n");
    }
    emulator.state.tasks[0].content = async function* () {
      yield content;
      yield content;
    };
    assert.equal(await text(), "a;b\r\na;b\r\n");
    assert.throws(() => emulator.faults.push({ body: 5 }), { name: "TypeError" });
  });

  test("is aborted by a signal of the client's realm", async () => {
    const emulator = start();
    const smsc = await createClient(emulator.clientOptions());
    emulator.faults.push(faults.hang());
    const abort = new AbortController();
    const call = smsc.balance({ signal: abort.signal });
    abort.abort(new Error("enough"));
    await assert.rejects(call, (error) => error.code === "aborted");
  });

  test("listens", async () => {
    const emulator = start();
    const server = await emulator.listen();
    try {
      const response = await fetch(`${server.url}/sys/balance.php?apikey=demo-key&fmt=3`);
      assert.deepEqual(await response.json(), { balance: "1834.5" });
    } finally {
      await server.close();
    }
  });
});
