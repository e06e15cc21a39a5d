/** The installed package in headless Chromium, in a page with a strict Content-Security-Policy. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import puppeteer from "puppeteer-core";
import { createEmulator } from "smsc-wasm/testing";
import { chromiumFlags } from "../browser-settings.mjs";
import { servePages } from "./pages.mjs";

const MESSAGES = [
  { intId: "9007199254740995", id: 3, phone: "79990000003", message: "Третье, с эмодзи 🙂", status: 1, cost: "3.5" },
  { intId: "9007199254740994", id: 2, phone: "79990000002", message: "Второе", status: 20, cost: "3.5" },
  { intId: "9007199254740993", id: 1, phone: "79990000001", message: "Первое", status: -1, cost: "3.5" },
];
const CSV = 'phone;message\n79990000001;Привет\n79990000002;"Пока; до завтра"\n';

let pages;
let emulator;
let service;
let browser;
let page;
let problems;

before(async () => {
  pages = await servePages(process.cwd());
  emulator = createEmulator({
    cors: true,
    messages: MESSAGES.map((message, index) => ({ ...message, sendTimestamp: 1_700_000_000 - index })),
    senders: [{ id: 7, name: "Магазин", status: 1, operators: { megaStep: 2 }, due: [] }],
    tasks: [{ id: 11, name: "Ноябрь", status: 2, file: "november.csv", content: CSV, due: [] }],
  });
  service = await emulator.listen();
  browser = await puppeteer.launch({
    executablePath: process.env.SMSC_BROWSER,
    args: chromiumFlags,
  });
});

after(async () => {
  await browser?.close();
  await service?.close();
  await pages?.close();
});

beforeEach(async () => {
  emulator.requests.length = 0;
  await page?.close();
  page = await browser.newPage();
  problems = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(`${pages.url}/`);
  await page.waitForFunction(() => "smsc" in globalThis);
});

/** Runs a function in the page, with the URL of the emulator as its first argument. */
const inPage = (run, ...args) => page.evaluate(run, service.url, ...args);

test("history.list returns a page", async () => {
  const history = await inPage(async (baseUrl) => {
    const { smsc } = globalThis;
    const client = await smsc.createClient({ apiKey: "demo-key", baseUrl, dangerouslyAllowBrowser: true });
    return client.history.list({ limit: 2 });
  });
  assert.deepEqual(
    history.messages.map(({ intId, phone, message, status, cost }) => ({ intId, phone, message, status, cost })),
    MESSAGES.slice(0, 2).map(({ intId, phone, message, status, cost }) => ({
      intId,
      phone,
      message,
      status,
      cost,
    })),
  );
  assert.equal(typeof history.nextCursor, "string");
  assert.deepEqual(problems, []);
});

test("history.iterate yields all messages", async () => {
  const ids = await inPage(async (baseUrl) => {
    const { smsc } = globalThis;
    const client = await smsc.createClient({ login: "demo", password: "demo", baseUrl, dangerouslyAllowBrowser: true });
    const ids = [];
    for await (const { intId } of client.history.iterate()) ids.push(intId);
    return ids;
  });
  assert.deepEqual(
    ids,
    MESSAGES.map(({ intId }) => intId),
  );
});

test("senders.list returns sender names with their operators", async () => {
  const senders = await inPage(async (baseUrl) => {
    const { smsc } = globalThis;
    const client = await smsc.createClient({ apiKey: "demo-key", baseUrl, dangerouslyAllowBrowser: true });
    return client.senders.list({ all: true, operators: true });
  });
  assert.equal(senders.length, 1);
  assert.equal(senders[0].name, "Магазин");
  assert.equal(senders[0].id, 7);
  assert.equal(senders[0].status, 1);
  assert.equal(senders[0].operators.megaStep, 2);
});

test("tasks.rows yields the rows of a task's file", async () => {
  const { tasks, rows } = await inPage(async (baseUrl) => {
    const { smsc } = globalThis;
    const client = await smsc.createClient({ apiKey: "demo-key", baseUrl, dangerouslyAllowBrowser: true });
    const rows = [];
    for await (const row of client.tasks.rows({ id: 11 })) rows.push({ ...row });
    return { tasks: await client.tasks.list(), rows };
  });
  assert.deepEqual(
    tasks.map(({ id, name, status, file }) => ({ id, name, status, file })),
    [{ id: 11, name: "Ноябрь", status: 2, file: "november.csv" }],
  );
  assert.deepEqual(rows, [
    { phone: "79990000001", message: "Привет" },
    { phone: "79990000002", message: "Пока; до завтра" },
  ]);
});

/** Reads rows with strings of many lengths in the page. Returns the wrong ones, and the number of strings by decoder. */
const readStrings = (signs, hasBuiltins) =>
  inPage(
    async (_, signs, hasBuiltins) => {
      // Simulates an engine without JS string builtins.
      if (!hasBuiltins) {
        WebAssembly.Module = class extends WebAssembly.Module {
          constructor(bytes, options) {
            if (options?.builtins) throw new WebAssembly.CompileError("no builtins");
            super(bytes);
          }
        };
      }
      const decoded = { "utf-16le": 0, "windows-1251": 0 };
      const { decode } = TextDecoder.prototype;
      TextDecoder.prototype.decode = function (...bytes) {
        decoded[this.encoding]++;
        return decode.apply(this, bytes);
      };
      const characters = [...signs];
      const text = (length) =>
        Array.from({ length }, (_, at) => characters[(at * at + length) % characters.length]).join("");
      const lengths = [...Array(400).keys(), 5000, 16_370, 16_380, 16_384, 16_390, 70_000, 3];
      const values = lengths.map((length) => [String(length), text(length), text(length % 7)]);
      const file = new TextEncoder().encode(`id;text;more\n${values.map((row) => row.join(";")).join("\n")}\n`);
      const wrong = [];
      let rows = 0;
      for await (const { id, text, more } of globalThis.smsc.parseCsv(file)) {
        const [number, long, short] = values[rows++];
        if (id !== number || text !== long || more !== short) wrong.push(number);
      }
      return { wrong, decoded, rows, version: Number(/Chrome\/(\d+)/.exec(navigator.userAgent)[1]) };
    },
    signs,
    hasBuiltins,
  );

test("strings of any length, created by the engine's string builtins", async (t) => {
  const { wrong, decoded, rows, version } = await readStrings("aЖ0я№ 𝄞ї", true);
  assert.deepEqual({ wrong, rows, problems }, { wrong: [], rows: 407, problems: [] });
  if (version < 130) t.skip("this Chromium has no JS string builtins");
  // The longest strings are decoded.
  else assert.ok(decoded["utf-16le"] > 0 && decoded["utf-16le"] < 10, JSON.stringify(decoded));
});

for (const signs of ["aЖ0я АЯ~", "aЖ0я№ ї—"]) {
  test(`strings of any length of "${signs}", created by way of windows-1251 without string builtins`, async () => {
    const { wrong, decoded, rows } = await readStrings(signs, false);
    assert.deepEqual({ wrong, rows, problems }, { wrong: [], rows: 407, problems: [] });
    assert.ok(decoded["utf-16le"] > 0 && decoded["utf-16le"] < 10, JSON.stringify(decoded));
    assert.ok(decoded["windows-1251"] > 25, JSON.stringify(decoded));
  });
}

for (const sign of ["𝄞", "\u0098", "\0\ufffdé"]) {
  test(`strings with ${JSON.stringify(sign)}, created without string builtins`, async () => {
    const { wrong, decoded, rows } = await readStrings(`aЖ0я№ ї${sign}`, false);
    assert.deepEqual({ wrong, rows, problems }, { wrong: [], rows: 407, problems: [] });
    assert.ok(decoded["utf-16le"] > 25, JSON.stringify(decoded));
  });
}

test("a wrong key is an SmscError with the code unauthorized", async () => {
  const error = await inPage(async (baseUrl) => {
    const { smsc } = globalThis;
    const client = await smsc.createClient({ apiKey: "wrong", baseUrl, dangerouslyAllowBrowser: true });
    const error = await client.history.list().catch((error) => error);
    return {
      branded: error instanceof smsc.SmscError,
      real: error instanceof Error,
      code: error.code,
      api: error.apiCode,
    };
  });
  assert.deepEqual(error, { branded: true, real: true, code: "unauthorized", api: 2 });
});

test("an abort rejects with the code aborted and the caller's reason", async () => {
  emulator.faults.push({ kind: "hang" });
  const error = await inPage(async (baseUrl) => {
    const { smsc } = globalThis;
    const client = await smsc.createClient({ apiKey: "demo-key", baseUrl, dangerouslyAllowBrowser: true });
    const controller = new AbortController();
    const call = client.history.list({ limit: 3 }, { signal: controller.signal });
    setTimeout(() => controller.abort("enough"), 100);
    const error = await call.catch((error) => error);
    return { code: error.code, cause: error.cause };
  });
  assert.deepEqual(error, { code: "aborted", cause: "enough" });
});

test("credentials in a page require dangerouslyAllowBrowser", async () => {
  const code = await inPage(async (baseUrl) => {
    const { smsc } = globalThis;
    return smsc.createClient({ apiKey: "demo-key", baseUrl }).then(
      () => "no error",
      (error) => error.code,
    );
  });
  assert.equal(code, "invalid_option");
  assert.equal(emulator.requests.length, 0);
});

test("smsc-wasm/slim loads the module from a URL", async () => {
  const count = await inPage(async (baseUrl, wasm) => {
    const slim = await import("smsc-wasm/slim");
    await slim.init(new URL(wasm, location.href));
    const client = await slim.createClient({ apiKey: "demo-key", baseUrl, dangerouslyAllowBrowser: true });
    return (await client.history.list({ limit: 1 })).messages.length;
  }, pages.wasm);
  assert.equal(count, 1);
});
