/** Credentials appear in no error, log line, URL, header or object, and not in memory after use. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { collect, NOW } from "./support/account.mjs";
import { documents } from "./support/documents.mjs";

/** Secrets with characters that the encodings escape differently. */
const KEY = "canary key/100%&=+ключ";
const PASSWORD = `canary!'()*~"pass\\word<&>+%20 пароль`;
const LOGIN = "canary-login";

const spellings = (secret) => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ s: secret }).toString().slice(2),
  encodeURIComponent(secret).toLowerCase(),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString("base64"),
];
const SECRETS = [...spellings(KEY), ...spellings(PASSWORD)];

/** A buffer with the bytes of a text. */
function bufferOf(text, Buffer = ArrayBuffer) {
  const bytes = new TextEncoder().encode(text);
  const buffer = new Buffer(bytes.length);
  new Uint8Array(buffer).set(bytes);
  return buffer;
}

/** Searches for the secrets in every string representation of a value. */
function search(what, value) {
  const texts = [String(value?.stack ?? ""), inspect(value, { depth: 10, showHidden: true, getters: true })];
  for (const make of [() => String(value), () => JSON.stringify(value), () => inspect(value)]) {
    try {
      texts.push(String(make()));
    } catch {
      // A value without this representation shows nothing.
    }
  }
  for (const text of texts) {
    for (const secret of SECRETS) assert.ok(!text.includes(secret), `${what} shows a secret:\n${text}`);
    assert.ok(!/canary(?!-login)/.test(text), `${what} shows a part of a secret:\n${text}`);
  }
}

/** Each kind of credentials, and its secret. */
const CREDENTIALS = {
  "a key": [{ apiKey: KEY }, KEY],
  "a login": [{ login: LOGIN, password: PASSWORD }, PASSWORD],
  "credentials()": [{ credentials: async () => ({ apiKey: KEY }) }, KEY],
};

const CALLS = {
  "history.list": (smsc) => smsc.history.list({ limit: 5 }),
  "history.iterate": (smsc) => collect(smsc.history.iterate({ limit: 5 })),
  "senders.list": (smsc) => smsc.senders.list({ all: true, operators: true, files: true }),
  "senders.iterate": (smsc) => collect(smsc.senders.iterate()),
  "senders.add": (smsc) => smsc.senders.add({ name: "A" }),
  "senders.add, document": (smsc) => smsc.senders.add({ name: "A", document: documents.pdf }),
  "senders.update": (smsc) => smsc.senders.update({ id: 64120, comment: "x" }),
  "senders.sendCode": (smsc) => smsc.senders.sendCode({ name: "79261234567" }),
  "senders.confirmCode": (smsc) => smsc.senders.confirmCode({ name: "79261234567", code: "1" }),
  "senders.remove": (smsc) => smsc.senders.remove({ id: 64120 }),
  "tasks.list": (smsc) => smsc.tasks.list(),
  "tasks.get": (smsc) => smsc.tasks.get(301),
  "tasks.waitFor": (smsc) => smsc.tasks.waitFor(304),
  "tasks.download": async (smsc) => {
    const file = await smsc.tasks.download({ id: 302 });
    search("a file", file);
    return file.text();
  },
  "tasks.rows": (smsc) => collect(smsc.tasks.rows({ id: 302 })),
  call: (smsc) => smsc.call("balance.php"),
  raw: (smsc) => smsc.raw("balance.php", { fmt: 1 }),
};

const faultsOf = (secret) => {
  const form = String(new URLSearchParams({ s: secret })).slice(2);
  const percent = encodeURIComponent(secret);
  const repeated = `${secret} ${form} ${percent} ${percent.toLowerCase()}`;
  // Wherever a message is truncated, no part of a secret must remain at its end.
  const texts = [20, 60, 70, 80, 90, 280, 290].map((length) => ["x".repeat(length), secret, form, "x"].join(" "));
  return {
    none: undefined,
    "a wrong password": { code: 2 },
    "no connection": { kind: "offline" },
    "a broken body": { truncateAfter: 5 },
    HTML: { kind: "html" },
    "status 500": { status: 500 },
    "status 403": { status: 403 },
    empty: { kind: "empty" },
    redirect: { kind: "redirect", location: `https://evil.example/?${form}` },
    "no response": { kind: "hang" },
    "an error that repeats the request": { code: 1, text: `bad request: ${repeated}` },
    "a page that repeats the request": { body: `<html>${repeated}</html>` },
    "a text that repeats the request": { body: `oops ${repeated}` },
    ...Object.fromEntries(texts.map((text) => [`an error of ${text.length} characters`, { code: 1, text }])),
    ...Object.fromEntries(texts.map((body) => [`a text of ${body.length} characters`, { body }])),
  };
};

for (const [kind, [credentials, secret]] of Object.entries(CREDENTIALS)) {
  describe(`with ${kind}`, () => {
    for (const [what, fault] of Object.entries(faultsOf(secret))) {
      test(`${what}: no call shows the secret`, async () => {
        for (const [name, call] of Object.entries(CALLS)) {
          // `raw` and files return the content unchanged.
          if (fault?.body !== undefined && /^(raw|tasks\.(download|rows))$/.test(name)) continue;
          const emulator = createEmulator({ now: NOW, limits: false, apiKey: KEY, login: LOGIN, password: PASSWORD });
          const lines = [];
          const log = (...line) => lines.push(line);
          const waits = [];
          const events = [];
          const smsc = await createClient({
            ...credentials,
            fetch: emulator.fetch,
            rateLimit: "off",
            timeoutMs: fault?.kind === "hang" ? 20 : 30_000,
            maxRetries: fault?.kind === "offline" ? 1 : 0,
            logger: { debug: log, info: log, warn: log, error: log },
            onWait: (wait) => waits.push(wait),
            onRequest: (event) => events.push(event),
            onResponse: (event) => events.push(event),
          });
          if (fault) emulator.faults.push({ ...fault, times: 3 });
          const outcome = await call(smsc).catch((error) => error);
          search(`${name}: the outcome`, outcome);
          search(`${name}: its cause`, outcome?.cause);
          search(`${name}: its JSON`, outcome?.toJSON?.());
          search(`${name}: the log`, lines);
          assert.ok(lines.length > 0, "nothing was logged");
          search(`${name}: the waits`, waits);
          assert.ok(events.length >= 2, "no hook was called");
          search(`${name}: the events of hooks`, events);
          search(`${name}: the client`, smsc);
          for (const { url, headers } of emulator.requests) {
            search(`${name}: the address`, url);
            search(`${name}: the headers`, headers);
          }
        }
      });
    }

    test("an error of fetch that contains the request's body does not show it", async () => {
      const throwers = {
        "in its message": (url, { body }) => new Error(`cannot send ${body} to ${url}`),
        "in its cause": (_, { body }) => new TypeError("fetch failed", { cause: new Error(String(body)) }),
        "in a field": (_, { body }) => Object.assign(new Error("x"), { request: { options: { body } } }),
        "as a symbol": (_, { body }) => Symbol(new URLSearchParams(body).toString()),
        "as a function's property": (_, { body }) => Object.assign(() => {}, { body }),
        "in a function": (_, { body }) =>
          Object.assign(new Error("x"), { send: Object.assign(() => {}, { request: { body } }) }),
        "in parameters": (_, { body }) => Object.assign(new Error("x"), { sent: new URLSearchParams(body) }),
        "in headers": (_, { body }) => Object.assign(new Error("x"), { headers: new Headers({ body }) }),
        "in a set": (_, { body }) => Object.assign(new Error("x"), { sent: new Set([new Map([[{ body }, 1]])]) }),
        "in an address": (_, { body }) => Object.assign(new Error("x"), { url: new URL(`https://a.example/?${body}`) }),
        "in a boxed text": (_, { body }) => Object.assign(new Error("x"), { sent: Object(String(body)) }),
        "beside a property that throws": (_, { body }) =>
          Object.defineProperties(new Error("x"), {
            bad: { enumerable: true, get: () => assert.fail() },
            rejected: { get: () => Promise.reject(new Error("y")) },
            Writer: { value: WritableStreamDefaultWriter },
            proxy: { enumerable: true, value: new Proxy({}, { ownKeys: () => assert.fail() }) },
            body: { enumerable: true, value: body },
          }),
        "in a symbol": (_, { body }) => Object.assign(new Error("x"), { [Symbol("body")]: body }),
        "in a map": (_, { body }) => Object.assign(new Error("x"), { sent: new Map([["body", String(body)]]) }),
        "in its bytes": (_, { body }) => Object.assign(new Error("x"), { sent: [String(body)] }),
        "in its name": (_, { body }) => Object.assign(new Error("x"), { name: `E ${body}` }),
        "in its stack": (_, { body }) => Object.assign(new Error("x"), { stack: `Error: ${body}\n at x` }),
        "in a buffer": (_, { body }) => Object.assign(new Error("x"), { sent: bufferOf(body) }),
        "in a shared buffer": (_, { body }) =>
          Object.assign(new Error("x"), { sent: bufferOf(body, SharedArrayBuffer) }),
        "beyond a long text": (_, { body }) => Object.assign(new Error("x"), { sent: ["y".repeat(2_000_000), body] }),
        "at the end of a long message": (_, { body }) => new Error("y".repeat(7_990) + body),
        "as a text": (_, { body }) => String(body),
        "as an object": (_, { body }) => ({ body }),
        "among others": (_, { body }) => new AggregateError([new Error(String(body))], "all failed"),
      };
      for (const [where, make] of Object.entries(throwers)) {
        const fetch = async (...request) => {
          throw make(...request);
        };
        const smsc = await createClient({ ...credentials, fetch, maxRetries: 0, rateLimit: "off" });
        for (const call of [CALLS["history.list"], CALLS["senders.remove"], CALLS["tasks.download"], CALLS.raw]) {
          const error = await call(smsc).catch((thrown) => thrown);
          assert.equal(error.code, "connection", where);
          search(`${where}: the error`, error);
          search(`${where}: its cause`, error.cause);
          search(`${where}: its JSON`, error.toJSON());
        }
      }
    });

    test("the client does not show the secret", async () => {
      const smsc = await createClient({ ...credentials, baseUrl: "https://proxy.example" });
      search("the client", smsc);
      for (const part of [smsc.history, smsc.senders, smsc.tasks]) search("a part of the client", part);
      search("the limits", smsc.rateLimits());
      search(
        "its keys",
        Reflect.ownKeys(smsc).map((key) => smsc[key]),
      );
      try {
        search("a clone", structuredClone(smsc));
      } catch (error) {
        search("the error of the clone", error);
      }
    });
  });
}

test("an invalid option's error does not repeat a secret", async () => {
  for (const options of [
    { apiKey: KEY, login: LOGIN, password: PASSWORD },
    { login: KEY },
    { password: PASSWORD },
    { apiKey: [KEY] },
    { apiKey: { key: KEY } },
    { login: LOGIN, password: [PASSWORD] },
    { apiKey: KEY, credentials: () => ({ apiKey: KEY }) },
    { apiKey: KEY, region: "de" },
    { apiKey: KEY, unknown: KEY },
    { credentials: KEY },
    { baseUrl: `https://${LOGIN}:${encodeURIComponent(PASSWORD)}@proxy.example` },
  ]) {
    const error = await createClient(options).catch((thrown) => thrown);
    assert.equal(error.code, "invalid_option");
    search("the error", error);
    search("its JSON", error.toJSON());
  }
});

test("the error for invalid credentials() does not repeat a secret", async () => {
  for (const credentials of [
    () => ({ apiKey: [KEY] }),
    () => ({ apiKey: KEY, login: LOGIN, password: PASSWORD }),
    () => ({ token: KEY }),
    () => ({ login: LOGIN, password: { text: PASSWORD } }),
    () => KEY,
  ]) {
    const smsc = await createClient({ credentials, fetch: createEmulator().fetch, rateLimit: "off" });
    const error = await smsc.history.list().catch((thrown) => thrown);
    assert.equal(error.code, "unauthorized");
    search("the error", error);
    search("its JSON", error.toJSON());
  }
});

test("a redirect does not send a secret to another host", async () => {
  const urls = [];
  const fetch = async (url) => {
    urls.push(url);
    return new Response(null, { status: 302, headers: { location: "https://evil.example/?x" } });
  };
  const smsc = await createClient({ apiKey: KEY, fetch, rateLimit: "off" });
  search("the error", await smsc.history.list().catch((error) => error));
  assert.deepEqual(urls, ["https://smsc.ru/sys/get.php"]);
});

describe("memory after a client is released", () => {
  const program = fileURLToPath(new URL("support/memory-dump.mjs", import.meta.url));
  for (const kind of ["key", "pair", "provider", "held"]) {
    for (const [alphabet, secret] of [
      ["ASCII", "canary-5ecret-0f-the-test"],
      ["Cyrillic", "канарейка-тайна-теста"],
    ]) {
      test(`${kind}, ${alphabet}: ${kind === "held" ? "the search finds a held secret" : "no secret remains"}`, (t) => {
        // The heap has the names of the files: the folder's must not begin like the secret.
        const folder = mkdtempSync(join(tmpdir(), "smsc-memory-"));
        t.after(() => rmSync(folder, { recursive: true }));
        const [heap, memory] = ["heap", "memory"].map((name) => join(folder, name));
        const points = [...secret].map((character) => character.codePointAt(0)).join(",");
        const run = spawnSync(process.execPath, ["--expose-gc", program, heap, memory, kind, points], {
          cwd: fileURLToPath(new URL(".", import.meta.url)),
        });
        assert.equal(run.status, 0, String(run.stderr));
        const wasmMemory = readFileSync(memory);
        // Also search for parts of the secret, of eight characters each.
        const texts = JSON.parse(readFileSync(heap, "utf8")).strings;
        for (let at = 0; at + 8 <= secret.length; at += 4) {
          const part = secret.slice(at, at + 8);
          for (const spelling of [part, encodeURIComponent(part)]) {
            const index = wasmMemory.indexOf(spelling);
            const match = texts.find((text) => text.includes(spelling));
            if (kind !== "held") {
              assert.equal(index, -1, `the WebAssembly memory holds ${spelling}`);
              assert.equal(match, undefined, `the heap holds ${match?.slice(0, 200)}`);
            } else if (spelling === part) assert.ok(index >= 0 && match, "the search finds nothing");
          }
          assert.equal(wasmMemory.indexOf(Buffer.from(part, "utf16le")), -1);
        }
      });
    }
  }
});

test("a password in a script's name, or in the wrong option, appears in no field of the error", async () => {
  const smsc = await createClient({ apiKey: "key", fetch: async () => new Response("[]") });
  const calls = [];
  for (const script of [
    "balance.php?login=demo&psw=canary",
    "https://smsc.ru/sys/balance.php?apikey=canary",
    "balance.php#canary",
    "balance.php\npsw=canary",
    "Canary",
  ]) {
    calls.push(
      () => smsc.call(script),
      () => smsc.raw(script, { cur: 1 }),
    );
  }
  for (const options of [
    { apiKey: "key", region: "canary" },
    { apiKey: "key", rateLimit: "canary" },
    { apiKey: "key", timeoutMs: "canary" },
    { baseUrl: "https://demo:canary@smsc.ru" },
  ]) {
    calls.push(() => createClient(options));
  }
  calls.push(() => smsc.tasks.list({}, { rateLimit: "canary" }));
  for (const call of calls) {
    const error = await call().catch((thrown) => thrown);
    assert.match(error.code, /^invalid_/);
    const shown = [error.message, error.stack, inspect(error, { depth: 9, showHidden: true }), JSON.stringify(error)];
    for (const text of shown) assert.ok(!/canary/i.test(text), text);
  }
});
