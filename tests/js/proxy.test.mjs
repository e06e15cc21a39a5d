/** The proxy with the client of a page: every method, the permissions, the limits, and failures of the service. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "smsc-wasm";
import { createProxy } from "smsc-wasm/proxy";
import { createEmulator } from "smsc-wasm/testing";
import { collect, NOW, rejectsWith } from "./support/account.mjs";
import { BELARUS, documents, UKRAINE } from "./support/documents.mjs";
import { ADDRESS, KEY, SECRETS, setupProxy } from "./support/proxy.mjs";

/** The same account, called directly. */
const direct = (emulator) =>
  createClient({ ...emulator.clientOptions({ apiKey: KEY }), rateLimit: "off", baseUrl: "https://service.example" });

describe("proxy: methods that read", () => {
  const { emulator, page } = setupProxy();

  for (const [name, call] of Object.entries({
    "history.list": (smsc) => smsc.history.list({ start: "2026-11-01", end: "2026-11-20", channel: "sms", limit: 7 }),
    "history.list of e-mails": (smsc) => smsc.history.list({ emails: ["a@example.com"] }),
    "history.iterate": (smsc) => smsc.history.iterate({ channel: "all", limit: 1500 }).toArray(1500),
    "senders.list": (smsc) =>
      smsc.senders.list({ all: true, operators: true, files: true, changedSince: "2020-01-01" }),
    "senders.list of a subaccount": (smsc) => smsc.senders.list({ subaccount: "demo-shop", limit: 5 }),
    "senders.iterate": (smsc) => collect(smsc.senders.iterate({ all: true })),
    "senders.get": (smsc) => smsc.senders.get({ name: "MyShop" }),
    "tasks.list": (smsc) => smsc.tasks.list({ limit: 3, afterId: 1 }),
    "tasks.get": (smsc) => smsc.tasks.get(301),
    "tasks.rows": (smsc) => collect(smsc.tasks.rows({ id: 301 })),
    balance: (smsc) => smsc.balance(),
  })) {
    test(`${name} returns what a direct call returns`, async () => {
      const [expected, given] = [await call(await direct(emulator)), await call(await page())];
      assert.deepEqual(given, expected);
    });
  }

  test("tasks.download keeps name, type, size and bytes", async () => {
    const [expected, given] = await Promise.all(
      [await direct(emulator), await page()].map((smsc) => smsc.tasks.download({ id: 301 })),
    );
    assert.ok(given.fileName && given.size > 0);
    assert.deepEqual([given.fileName, given.type, given.size], [expected.fileName, expected.type, expected.size]);
    assert.deepEqual(await given.bytes(), await expected.bytes());
  });

  test("raw returns the service's own text in every format", async () => {
    const [own, proxied] = [await direct(emulator), await page()];
    for (const fmt of [0, 1, 2, 3]) {
      const parameters = { get_messages: 1, cnt: 3, fmt };
      assert.equal(await proxied.raw("get.php", parameters), await own.raw("get.php", parameters));
    }
  });

  test("an error of the service has its own bytes", async () => {
    const { post } = setupProxy({ apiKey: "another" });
    for (const fmt of [0, 1, 2, 3]) {
      const answer = await emulator.fetch("https://smsc.ru/sys/balance.php", {
        method: "POST",
        body: new URLSearchParams({ apikey: "another", fmt, charset: "utf-8" }),
      });
      const { status, text } = await post("balance.php", `fmt=${fmt}`);
      assert.deepEqual([status, text], [200, await answer.text()]);
    }
  });

  test("a task that does not exist is not found", async () => {
    const smsc = await page();
    await rejectsWith(smsc.tasks.download({ id: 9 }), "not_found");
    assert.equal(await smsc.tasks.get(9), undefined);
  });
});

test("proxy: permits every method by its name alone", async () => {
  const details = { registrations: { mtsStep: true, uaReg: UKRAINE, uaInt: UKRAINE, byReg: BELARUS, byInt: BELARUS } };
  const switches = Object.fromEntries(
    ["sberStep", "tele2", "motiv", "megaStep", "beeStep", "motivStep", "winmobStep", "volnamobStep", "tele2Step"].map(
      (name) => [name, true],
    ),
  );
  const document = { data: documents.pdf, fileName: "мой файл.pdf" };
  const methods = {
    "history.iterate": (smsc) => smsc.history.list(),
    "senders.get": (smsc) => smsc.senders.list(),
    "senders.add": (smsc) =>
      smsc.senders.add({ name: "NewName", comment: "c", document, documentInfo: "i", ...details }),
    "senders.update": (smsc) => smsc.senders.update({ name: "MyShop", document, registrations: switches }),
    "senders.sendCode": (smsc) => smsc.senders.sendCode({ name: "79991234567", site: "MyShop", siteName: "s.example" }),
    "senders.confirmCode": (smsc) => smsc.senders.confirmCode({ name: "79991234567", code: "1" }),
    "senders.remove": (smsc) => smsc.senders.remove({ name: "NoSuchName" }),
    "tasks.waitFor": (smsc) => smsc.tasks.list(),
    "tasks.messages": async (smsc) => (await smsc.tasks.download({ id: 301 })).text(),
    balance: (smsc) => smsc.balance(),
  };
  for (const [permitted] of Object.entries(methods)) {
    const { emulator, page } = setupProxy({ allow: permitted });
    const smsc = await page();
    for (const [name, call] of Object.entries(methods)) {
      const error = await call(smsc).then(
        () => undefined,
        (error) => error,
      );
      if (name === permitted) {
        assert.ok(error === undefined || error.httpStatus === undefined, `${name}: ${error}`);
        assert.equal(emulator.requests.length, 1, name);
      } else {
        assert.deepEqual([error?.code, error?.httpStatus], ["unauthorized", 403], `${permitted}: ${name}`);
        assert.match(error.message, /the proxy does not permit/);
      }
    }
    assert.equal(emulator.requests.length, 1, permitted);
  }
});

describe("proxy: permissions", () => {
  test("only reads by default, also through other scripts", async () => {
    const { emulator, page } = setupProxy();
    const smsc = await page();
    for (const [script, parameters] of [
      ["send.php", { phones: "79991234567", mes: "text" }],
      ["senders.php", { add: 1, sender: "Name" }],
      ["senders.php", { sender: "Name" }],
      ["status.php", { del: 1, phone: "79991234567", id: 5 }],
      ["downloads.php", { del: 1, id: 301 }],
      ["downloads.php", { add: 1, name: "Name" }],
      ["get.php", { del: 1 }],
      ["info.php", { set: 1 }],
      ["templates.php", { get: 1 }],
    ]) {
      const error = await rejectsWith(smsc.call(script, parameters), "unauthorized");
      assert.equal(error.httpStatus, 403);
    }
    assert.equal(emulator.requests.length, 0);
  });

  test("a script is permitted by its file name, and every one by *", async () => {
    const sent = [];
    const fetch = async (url, { body }) => {
      sent.push([new URL(url).pathname, Object.fromEntries(new URLSearchParams(body))]);
      return new Response('{"id": 5}');
    };
    for (const allow of [["send.php"], "*", ["read", "*"]]) {
      const { page } = setupProxy({ allow, fetch });
      assert.deepEqual(await (await page()).call("send.php", { phones: "79991234567", mes: "a" }), { id: 5 });
      const [path, parameters] = sent.pop();
      assert.equal(path, "/sys/send.php");
      assert.deepEqual(parameters, { phones: "79991234567", mes: "a", fmt: "3", charset: "utf-8", apikey: KEY });
    }
    const { page } = setupProxy({ allow: ["send.php"], fetch });
    await rejectsWith((await page()).balance(), "unauthorized");
    assert.equal(sent.length, 0);
  });

  test("reads stay permitted beside a method only if they are named", async () => {
    const both = await setupProxy({ allow: ["read", "senders.remove"] }).page();
    assert.ok((await both.senders.list()).length > 0);
    await rejectsWith(both.senders.remove({ name: "NoSuchName" }), "not_found");
    const one = await setupProxy({ allow: ["senders.remove"] }).page();
    await rejectsWith(one.senders.list(), "unauthorized");
  });
});

describe("proxy: authorization", () => {
  test("only true permits a request", async () => {
    for (const answer of [false, undefined, null, 0, "yes", 1, {}, [true]]) {
      const { emulator, page } = setupProxy({ authorize: async () => answer });
      const error = await rejectsWith((await page()).balance(), "unauthorized");
      assert.equal(error.httpStatus, 401);
      assert.equal(emulator.requests.length, 0);
    }
  });

  test("authorize gets the request with its headers", async () => {
    const { page } = setupProxy({ authorize: ({ headers }) => headers.get("authorization") === "Bearer token" });
    await rejectsWith((await page()).balance(), "unauthorized");
    assert.ok(await (await page({ headers: { authorization: "Bearer token" } })).balance());
  });

  test("an authorize that throws or hangs permits nothing, and its error is not shown", async () => {
    const failures = [
      () => {
        throw new Error(`database at ${SECRETS[2]}`);
      },
      () => Promise.reject(new Error(KEY)),
      () => new Promise(() => {}),
    ];
    for (const authorize of failures) {
      const { emulator, post } = setupProxy({ authorize, timeoutMs: 30 });
      assert.equal((await post("balance.php", "")).status, 503);
      assert.equal(emulator.requests.length, 0);
    }
  });

  test("an authorize that reads the body is an error of the proxy", async () => {
    const { post } = setupProxy({ authorize: async (request) => Boolean(await request.text()) });
    assert.equal((await post("balance.php", "cur=1")).status, 500);
  });
});

describe("proxy: limits of the account", () => {
  test("a request over the limits is answered with 429 and Retry-After, or waits", async () => {
    for (const options of [{ rateLimit: "fail" }, { rateLimit: "wait", maxRateLimitWaitMs: 0 }]) {
      const emulator = createEmulator();
      const proxy = createProxy({ ...emulator.clientOptions(), dangerouslyAllowAnyone: true, ...options });
      const smsc = await createClient({
        baseUrl: ADDRESS,
        rateLimit: "off",
        maxRetries: 0,
        fetch: (url, init) => proxy(new Request(url, init)),
      });
      for (let count = 0; count < 3; count++) await smsc.tasks.list();
      const error = await rejectsWith(smsc.tasks.list(), "rate_limited");
      assert.equal(error.httpStatus, 429);
      assert.ok(error.retryAfterMs > 50_000 && error.retryAfterMs <= 61_000, String(error.retryAfterMs));
      assert.equal(emulator.requests.length, 3);
      assert.equal((await smsc.tasks.list({ limit: 5 })).length > 0, true);
    }
  });

  test("the default wait is short: the page waits instead", async () => {
    // Limits belong to an account: those of the other tests do not count.
    const apiKey = "the key of this test alone";
    const { post } = setupProxy({ apiKey, rateLimit: "wait" }, { apiKey });
    for (let count = 0; count < 3; count++) assert.equal((await post("downloads.php", "get_list=1")).status, 200);
    const { status, code, headers } = await post("downloads.php", "get_list=1");
    assert.deepEqual([status, code], [429, 9]);
    assert.ok(Number(headers.get("retry-after")) > 50);
  });

  test("a shared limiter decides, and every request is released", async () => {
    const calls = [];
    const rateLimiter = {
      acquire: async ({ windows }) => {
        calls.push(windows.map(({ key }) => key.split(" ")[0]));
        return calls.length > 1 ? { granted: false, waitMs: 60_000, tooManyConnections: false } : { granted: true };
      },
      release: async () => {
        calls.push("released");
      },
    };
    const { post } = setupProxy({ rateLimiter, rateLimit: "fail" });
    assert.equal((await post("get.php", "get_messages=1&cnt=2")).status, 200);
    assert.deepEqual(calls, [["history.identical", "history"], "released"]);
    assert.equal((await post("get.php", "get_messages=1&cnt=2")).status, 429);
  });
});

describe("proxy: failures of the service", () => {
  const failure = async (fault, options) => {
    const { emulator, post, page } = setupProxy({ timeoutMs: 100, ...options });
    emulator.faults.push({ ...fault, times: Number.POSITIVE_INFINITY });
    const answer = await post("balance.php", "cur=1");
    assert.ok(emulator.requests.length <= 1 || fault.kind === "redirect", "sent once");
    const error = await (await page()).balance().then(assert.fail, (error) => error);
    return { ...answer, smscError: error };
  };

  for (const [name, fault, status, code] of [
    ["no connection", { kind: "offline" }, 502, "http_status"],
    ["no response", { kind: "hang" }, 504, "http_status"],
    [
      "a redirect to another host",
      { kind: "redirect", location: "https://service.example.evil.example/" },
      502,
      "http_status",
    ],
    [
      "a redirect without end",
      { kind: "redirect", location: "https://service.example/sys/balance.php" },
      502,
      "http_status",
    ],
    ["an overloaded service", { status: 503, headers: { "retry-after": "7" } }, 503, "http_status"],
    ["too many requests", { status: 429, headers: { "retry-after": "7" } }, 429, "rate_limited"],
    ["a page of HTML", { kind: "html" }, 502, "http_status"],
    ["a status of the service's host", { status: 403 }, 502, "http_status"],
    ["an error that repeats the key", { code: 1, text: `wrong key ${KEY}` }, 200, "invalid_parameter"],
  ]) {
    test(name, async () => {
      const answer = await failure(fault);
      assert.deepEqual([answer.status, answer.smscError.code], [status, code], answer.text);
      if (status !== 200) assert.ok(answer.error && answer.code > 0, "an error in the service's shape");
      if (fault.headers) assert.equal(answer.headers.get("retry-after"), "7");
    });
  }

  test("credentials that cannot be had are an error of the proxy", async () => {
    const credentials = () => Promise.reject(new Error(`vault at ${SECRETS[2]}: ${KEY}`));
    const { emulator, post } = setupProxy({ apiKey: undefined, credentials });
    const { status, code } = await post("balance.php", "");
    assert.deepEqual([status, code, emulator.requests.length], [502, 502, 0]);
  });

  test("a rateLimiter that fails does not reveal why", async () => {
    const rateLimiter = { acquire: () => Promise.reject(new Error(KEY)), release: async () => {} };
    const { post } = setupProxy({ rateLimiter });
    assert.equal((await post("balance.php", "")).status, 429);
  });

  test("headers of the service stay there", async () => {
    const { emulator, post } = setupProxy();
    const headers = {
      "set-cookie": "a=b",
      server: "service.example",
      "x-powered-by": "PHP",
      "content-type": "text/html",
    };
    emulator.faults.push({ headers });
    const answer = await post("balance.php", "");
    assert.deepEqual([...answer.headers.keys()].sort(), [
      "cache-control",
      "content-length",
      "content-security-policy",
      "content-type",
      "vary",
      "x-content-type-options",
    ]);
    assert.equal(answer.headers.get("content-type"), "text/plain");
  });
});

test("proxy: the page's client retries, and each try counts once", async () => {
  const { emulator, page } = setupProxy({}, { now: NOW });
  emulator.faults.push({ status: 503 });
  const smsc = await page({ maxRetries: 1 });
  assert.ok(await smsc.balance());
  assert.equal(emulator.requests.length, 2);
});
