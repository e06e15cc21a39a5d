/** The options of a client: an invalid one rejects immediately and is named in the error. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { NOW, rejectsWith } from "./support/account.mjs";

const KEY = { apiKey: "demo-key" };

describe("invalid options", () => {
  const rows = [
    ["no credentials", {}, undefined],
    ["no credentials, with a region", { region: "ua" }, undefined],
    ["a key with a login", { apiKey: "k", login: "demo", password: "demo" }, /^(apiKey|login)$/],
    ["a key with only a login", { apiKey: "k", login: "demo" }, /^(apiKey|login)$/],
    ["a login without a password", { login: "demo" }, /^password$/],
    ["a password without a login", { password: "demo" }, /^login$/],
    ["an empty key", { apiKey: "" }, /^apiKey$/],
    ["a key that is a number", { apiKey: 12345 }, /^apiKey$/],
    ["an empty password", { login: "demo", password: "" }, /^password$/],
    ["credentials with a key", { ...KEY, credentials: () => KEY }, /^credentials$/],
    ["credentials that are an object", { credentials: KEY }, /^credentials$/],
    ["a region with a base URL", { ...KEY, region: "ru", baseUrl: "https://proxy.example" }, /^(region|baseUrl)$/],
    ["an unknown region", { ...KEY, region: "de" }, /^region$/],
    ["http: to a remote host", { ...KEY, baseUrl: "http://proxy.example" }, /^baseUrl$/],
    [
      "http: to a host name that begins like a local one",
      { ...KEY, baseUrl: "http://127.0.0.1.evil.example" },
      /^baseUrl$/,
    ],
    ["http: to localhost.evil.example", { ...KEY, baseUrl: "http://localhost.evil.example" }, /^baseUrl$/],
    ["a relative base URL outside a browser", { ...KEY, baseUrl: "/smsc" }, /^baseUrl$/],
    ["a base URL without a protocol", { ...KEY, baseUrl: "proxy.example" }, /^baseUrl$/],
    ["an unsupported protocol", { ...KEY, baseUrl: "ftp://proxy.example" }, /^baseUrl$/],
    ["a base URL with credentials", { ...KEY, baseUrl: "https://user:pass@proxy.example" }, /^baseUrl$/],
    ["a base URL with a query", { ...KEY, baseUrl: "https://proxy.example/?a=1" }, /^baseUrl$/],
    ["a base URL that is a number", { ...KEY, baseUrl: 8080 }, /^baseUrl$/],
    ["an empty base URL", { ...KEY, baseUrl: "" }, /^baseUrl$/],
    ["timeoutMs 0", { ...KEY, timeoutMs: 0 }, /^timeoutMs$/],
    ["timeoutMs as text", { ...KEY, timeoutMs: "30000" }, /^timeoutMs$/],
    ["timeoutMs Infinity", { ...KEY, timeoutMs: Number.POSITIVE_INFINITY }, /^timeoutMs$/],
    ["timeoutMs above the maximum of a timer", { ...KEY, timeoutMs: 2 ** 31 }, /^timeoutMs$/],
    ["negative totalTimeoutMs", { ...KEY, totalTimeoutMs: -1 }, /^totalTimeoutMs$/],
    ["negative maxRetries", { ...KEY, maxRetries: -1 }, /^maxRetries$/],
    ["fractional maxRetries", { ...KEY, maxRetries: 1.5 }, /^maxRetries$/],
    ["maxResponseBytes 0", { ...KEY, maxResponseBytes: 0 }, /^maxResponseBytes$/],
    ["rateLimit", { ...KEY, rateLimit: "never" }, /^rateLimit$/],
    ["fallbackHost as text", { ...KEY, fallbackHost: "www2.smsc.ru" }, /^fallbackHost$/],
    ["allowInsecureHttp as number", { ...KEY, allowInsecureHttp: 1 }, /^allowInsecureHttp$/],
    ["fetch", { ...KEY, fetch: "node-fetch" }, /^fetch$/],
    ["maxRetryDelayMs", { ...KEY, maxRetryDelayMs: -1 }, /^maxRetryDelayMs$/],
    ["maxRateLimitWaitMs", { ...KEY, maxRateLimitWaitMs: "1 s" }, /^maxRateLimitWaitMs$/],
    ["onWait", { ...KEY, onWait: true }, /^onWait$/],
    ["onRequest", { ...KEY, onRequest: "log" }, /^onRequest$/],
    ["onResponse", { ...KEY, onResponse: {} }, /^onResponse$/],
    ["headers as text", { ...KEY, headers: "x: y" }, /^headers$/],
    ["a header without a value", { ...KEY, headers: { authorization: undefined } }, /^headers$/],
    ["a header's name", { ...KEY, headers: { "x y": "1" } }, /^headers$/],
    ["a header's value", { ...KEY, headers: [["x", "1\r\ny: 2"]] }, /^headers$/],
    ["a header in another alphabet", { ...KEY, headers: { x: "ы" } }, /^headers$/],
    ["a list of headers that is none", { ...KEY, headers: [["x", "1", "2"]] }, /^headers$/],
    ["a base URL that is an object", { ...KEY, baseUrl: {} }, /^baseUrl$/],
    ["logger", { ...KEY, logger: "console" }, /^logger$/],
    ["a logger's level", { ...KEY, logger: { warn: 5 } }, /^logger\.warn$/],
    ["an unknown option", { ...KEY, timeout: 5 }, /^timeout$/],
    ["a misspelled option", { apikey: "k" }, /^api[kK]ey$/],
  ];
  for (const [what, options, parameter] of rows) {
    test(what, async () => {
      const emulator = createEmulator({ now: NOW });
      const allOptions = "fetch" in options ? options : { fetch: emulator.fetch, ...options };
      const error = await rejectsWith(createClient(allOptions), "invalid_option");
      assert.equal(emulator.requests.length, 0);
      if (parameter) {
        assert.match(error.parameter ?? "", parameter);
        assert.ok(error.message.includes(error.parameter), error.message);
      }
      for (const secret of ["demo-key", "user:pass", "12345"]) assert.ok(!JSON.stringify(error).includes(secret));
    });
  }

  for (const options of [undefined, null, "demo-key", 5, [], () => KEY]) {
    test(`not an object: ${typeof options} ${String(options)}`, () =>
      rejectsWith(createClient(options), "invalid_option"));
  }
});

describe("valid options", () => {
  const validOptions = [
    ["a key", KEY],
    ["a login and password", { login: "demo", password: "demo" }],
    ["credentials", { credentials: () => KEY }],
    [
      "undefined for options that are not set",
      { ...KEY, login: undefined, region: undefined, fetch: undefined, logger: undefined },
    ],
    ["http: to 127.0.0.1", { ...KEY, baseUrl: "http://127.0.0.1:8080" }],
    ["http: to localhost", { ...KEY, baseUrl: "http://localhost:8080/" }],
    ["http: to ::1", { ...KEY, baseUrl: "http://[::1]:8080/" }],
    ["http: with allowInsecureHttp", { ...KEY, baseUrl: "http://proxy.example", allowInsecureHttp: true }],
    ["a proxy that adds the credentials", { baseUrl: "https://proxy.example/smsc" }],
    ["console as the logger", { ...KEY, logger: console }],
  ];
  for (const [what, options] of validOptions) test(what, () => createClient(options));

  test("a logger with circular references, as logging libraries have", async () => {
    class Logger {
      self = this;
      level = 3n;
      lines = [];
      debug(line) {
        this.lines.push(line);
      }
    }
    const logger = new Logger();
    const { fetch } = createEmulator({ now: NOW });
    const smsc = await createClient({ ...KEY, fetch, logger });
    await smsc.history.list();
    assert.ok(logger.lines.length > 0);
  });

  test("each region has its host, and a base URL keeps its path", async () => {
    const emulator = createEmulator({ now: NOW });
    const requestedUrl = async (options) => {
      const smsc = await createClient({ ...KEY, fetch: emulator.fetch, rateLimit: "off", ...options });
      await smsc.call("balance.php");
      return emulator.requests.at(-1).url;
    };
    assert.equal(await requestedUrl({}), "https://smsc.ru/sys/balance.php");
    assert.equal(await requestedUrl({ region: "ru" }), "https://smsc.ru/sys/balance.php");
    assert.equal(await requestedUrl({ region: "ua" }), "https://smsc.ua/sys/balance.php");
    assert.equal(await requestedUrl({ region: "kz" }), "https://smsc.kz/sys/balance.php");
    assert.equal(await requestedUrl({ region: "com" }), "https://smscentre.com/sys/balance.php");
    assert.equal(
      await requestedUrl({ baseUrl: "https://proxy.example/a/b/" }),
      "https://proxy.example/a/b/sys/balance.php",
    );
    assert.equal(await requestedUrl({ baseUrl: "https://smsc.tj" }), "https://smsc.tj/sys/balance.php");
  });

  test("a password may be given as its MD5; without credentials none are sent", async () => {
    const emulator = createEmulator({ now: NOW });
    const { fetch } = emulator;
    const md5 = "fe01ce2a7fbac8fafaed7c982a04e229";
    await (await createClient({ login: "demo", password: md5, fetch })).call("balance.php");
    assert.deepEqual([emulator.requests[0].parameters.login, emulator.requests[0].parameters.psw], ["demo", md5]);
    const proxied = await createClient({ baseUrl: "https://proxy.example", fetch });
    await rejectsWith(proxied.call("balance.php"), "unauthorized");
    for (const name of ["apikey", "login", "psw"]) assert.ok(!(name in emulator.requests[1].parameters));
  });

  describe("are read once, also for a later instance of the module", () => {
    const maxResponseBytes = 64 * 2 ** 20;

    /** A client whose instance is replaced after a response that makes its memory grow. */
    async function sentByTwoInstances(t, makeOptions, change = () => {}) {
      const sent = [];
      const fetch = async (url, { headers, body }) => {
        sent.push({ host: new URL(url).host, proxy: headers["x-proxy"], key: new URLSearchParams(body).get("apikey") });
        return new Response(sent.length === 1 ? "x".repeat(45 * 2 ** 20) : '{"balance":"1"}');
      };
      const instances = t.mock.method(WebAssembly, "Instance").mock;
      const options = makeOptions(fetch);
      const smsc = await createClient(options);
      await smsc.raw("balance.php");
      change(options);
      const before = instances.callCount();
      await smsc.balance();
      assert.equal(instances.callCount(), before + 1, "the instance was not replaced");
      assert.deepEqual(sent[1], sent[0]);
      return sent[0];
    }

    test("from an object of a class", async (t) => {
      class Options {
        #key = "k1";
        constructor(fetch) {
          Object.defineProperty(this, "fetch", { value: fetch });
        }
        get apiKey() {
          return this.#key;
        }
        get headers() {
          return { "x-proxy": this.#key };
        }
        get maxResponseBytes() {
          return maxResponseBytes;
        }
      }
      const sent = await sentByTwoInstances(t, (fetch) => new Options(fetch));
      assert.deepEqual(sent, { host: "smsc.ru", proxy: "k1", key: "k1" });
    });

    test("with headers that are an iterator", async (t) => {
      const headers = new Map([["x-proxy", "p"]]).entries();
      assert.equal((await sentByTwoInstances(t, (fetch) => ({ ...KEY, fetch, headers, maxResponseBytes }))).proxy, "p");
    });

    test("whatever is changed later", async (t) => {
      const make = (fetch) => ({
        ...KEY,
        fetch,
        baseUrl: new URL("https://a.example"),
        headers: { "x-proxy": "p" },
        maxResponseBytes,
      });
      const sent = await sentByTwoInstances(t, make, (options) => {
        options.baseUrl.host = "b.example";
        options.headers["x-proxy"] = "changed";
        options.apiKey = "changed";
        options.unknown = true;
      });
      assert.deepEqual(sent, { host: "a.example", proxy: "p", key: "demo-key" });
    });
  });

  test("an environment may have no performance.now", async (t) => {
    const { performance } = globalThis;
    t.after(() => Object.defineProperty(globalThis, "performance", { value: performance }));
    const failing = {
      now() {
        throw new Error("no clock");
      },
    };
    for (const value of [undefined, {}, failing]) {
      Object.defineProperty(globalThis, "performance", { value, configurable: true, writable: true });
      const emulator = createEmulator({ now: NOW });
      const smsc = await createClient({ apiKey: `no clock ${emulator.now()}`, fetch: emulator.fetch });
      const other = await createClient(emulator.clientOptions());
      await rejectsWith(smsc.history.list(), "unauthorized");
      assert.equal((await other.history.list({ limit: 1 })).messages.length, 1);
    }
  });

  test("a frozen options object can be reused", async () => {
    const emulator = createEmulator({ now: NOW });
    const options = Object.freeze({ ...KEY, fetch: emulator.fetch });
    const [one, two] = await Promise.all([createClient(options), createClient(options)]);
    await Promise.all([one.call("balance.php"), two.call("balance.php")]);
    assert.equal(emulator.requests.length, 2);
  });
});
