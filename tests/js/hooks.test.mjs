/** The hooks `onRequest`, `onResponse` and `onWait`, the logger's fields, and the headers of a client. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { createClient, isSmscError } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { collect, mockClock, NOW, rejectsWith, settle, setup, stubClient, waitUntil } from "./support/account.mjs";
import { documents } from "./support/documents.mjs";

/** The options of a client that records every event. */
function recorder() {
  const events = [];
  const record = (hook) => (event) => events.push({ hook, ...event });
  const hooks = { onRequest: record("request"), onResponse: record("response"), onWait: record("wait") };
  return { events, hooks, of: (hook) => events.filter((event) => event.hook === hook) };
}

describe("onRequest and onResponse", () => {
  test("receive each attempt, with its parameters and without the credentials", async (t) => {
    const clock = mockClock(t);
    for (const credentials of [
      { apiKey: "demo-key" },
      { apiKey: undefined, login: "demo", password: "demo" },
      { apiKey: undefined, credentials: () => ({ apiKey: "demo-key" }) },
    ]) {
      const { events, hooks, of } = recorder();
      const { smsc, emulator } = await setup({}, { ...credentials, ...hooks });
      emulator.faults.push({ status: 503 });
      await clock.run(smsc.history.list({ phones: ["+7 999 123-45-67"], limit: 5 }));
      assert.deepEqual(
        events.map(({ hook, attempt }) => [hook, attempt]),
        [
          ["request", 1],
          ["response", 1],
          ["wait", 2],
          ["request", 2],
          ["response", 2],
        ],
      );
      const [request] = of("request");
      const { hook: _, callId, ...rest } = request;
      assert.ok(typeof callId === "string" && callId.length > 8);
      assert.deepEqual(rest, {
        method: "history.list",
        script: "get.php",
        url: "https://smsc.ru/sys/get.php",
        attempt: 1,
        parameters: { get_messages: "1", phone: "79991234567", cnt: "5", fmt: "3", charset: "utf-8" },
      });
      assert.deepEqual(new Set(events.map((event) => event.callId)), new Set([callId]));
      const [failed, answered] = of("response");
      assert.deepEqual([failed.status, answered.status], [503, 200]);
      assert.ok(isSmscError(failed.error));
      assert.deepEqual([failed.error.code, failed.error.httpStatus, failed.error.attempts], ["http_status", 503, 1]);
      assert.ok(!("error" in answered));
      assert.ok(answered.bytes > 0 && answered.durationMs >= 0);
      assert.deepEqual(answered.parameters, request.parameters);
    }
  });

  test("name the method of each call, and one id for all its requests", async () => {
    const { hooks, of } = recorder();
    const { smsc } = await setup({ messages: 2500 }, hooks);
    for (const [method, script, requests, call] of [
      ["history.list", "get.php", 1, () => smsc.history.list()],
      ["history.list", "get.php", 3, () => collect(smsc.history.iterate())],
      ["senders.list", "senders.php", 1, () => smsc.senders.list()],
      ["senders.list", "senders.php", 1, () => collect(smsc.senders.iterate())],
      ["senders.get", "senders.php", 1, () => smsc.senders.get({ name: "SHOP-24" })],
      ["senders.add", "senders.php", 1, () => smsc.senders.add({ name: "SHOP", document: documents.png })],
      ["senders.update", "senders.php", 1, () => smsc.senders.update({ name: "SHOP", comment: "x" })],
      ["senders.remove", "senders.php", 1, () => smsc.senders.remove({ name: "SHOP" })],
      ["tasks.list", "downloads.php", 1, () => smsc.tasks.list()],
      ["tasks.get", "downloads.php", 1, () => smsc.tasks.get(302)],
      ["tasks.waitFor", "downloads.php", 1, () => smsc.tasks.waitFor(302)],
      ["tasks.download", "downloads.php", 1, () => smsc.tasks.download({ id: 302 })],
      ["tasks.download", "downloads.php", 1, () => collect(smsc.tasks.rows({ id: 302 }))],
      ["balance", "balance.php", 1, () => smsc.balance()],
      ["call", "balance.php", 1, () => smsc.call("balance.php")],
      ["raw", "balance.php", 1, () => smsc.raw("balance.php")],
    ]) {
      const before = of("request").length;
      const ended = of("response").length;
      await call();
      const events = of("request").slice(before);
      assert.equal(events.length, requests, method);
      assert.deepEqual([...new Set(events.map((event) => `${event.method} ${event.script}`))], [`${method} ${script}`]);
      assert.equal(new Set(events.map(({ callId }) => callId)).size, 1);
      assert.equal(of("response").length - ended, requests, method);
      assert.ok(of("request").every(({ callId }, index) => index >= before || callId !== events[0].callId));
    }
    assert.ok(!JSON.stringify(of("request")).includes("demo-key"));
  });

  test("count the attempts of each request of an iteration from 1", async () => {
    const { hooks, of } = recorder();
    const { smsc, emulator } = await setup({ messages: 2500 }, { ...hooks, maxRetryDelayMs: 1 });
    emulator.faults.push({ status: 503, when: ({ parameters }) => "prev_id" in parameters });
    await collect(smsc.history.iterate());
    assert.deepEqual(
      of("request").map(({ attempt }) => attempt),
      [1, 1, 2, 1],
    );
    assert.equal(new Set(of("request").map(({ callId }) => callId)).size, 1);
  });

  test("receive an attempt that fails, times out, is aborted or given up", async (t) => {
    const clock = mockClock(t);
    const { hooks, of } = recorder();
    const { smsc, emulator } = await setup({}, { ...hooks, timeoutMs: 1000, maxRetries: 0 });
    const last = () => of("response").at(-1);
    emulator.faults.push({ kind: "offline" });
    const lost = await rejectsWith(smsc.tasks.list(), "connection");
    assert.deepEqual(
      [last().error.code, last().error.message, "status" in last()],
      ["connection", lost.message, false],
    );
    assert.ok(last().error.cause instanceof Error);
    emulator.faults.push({ kind: "hang" });
    await rejectsWith(clock.run(smsc.tasks.list()), "timeout");
    assert.equal(last().error.code, "timeout");
    assert.ok(last().durationMs >= 1000, String(last().durationMs));
    emulator.faults.push({ code: 2 });
    await rejectsWith(smsc.tasks.list(), "unauthorized");
    assert.deepEqual([last().status, last().error.apiCode], [200, 2]);
    const controller = new AbortController();
    emulator.faults.push({ kind: "hang" });
    const aborted = rejectsWith(smsc.tasks.list({}, { signal: controller.signal }), "aborted");
    await settle();
    controller.abort("enough");
    assert.equal((await aborted).attempts, 1);
    assert.deepEqual([last().error.code, last().error.cause], ["aborted", "enough"]);
    emulator.faults.push({ kind: "hang" });
    const iterator = smsc.history.iterate();
    const next = iterator.next();
    await waitUntil(() => of("request").length === 5);
    await iterator.return();
    await next;
    await settle();
    assert.equal(of("response").length, 5);
    assert.equal(last().error.code, "aborted");
  });

  test("a download is answered once its head is known to be that of a file", async () => {
    const { hooks, of } = recorder();
    const { smsc } = await setup({}, hooks);
    await smsc.tasks.download({ id: 302 });
    const [{ status, bytes, error }] = of("response");
    assert.deepEqual([status, bytes, error], [200, undefined, undefined]);
  });

  test("the events are copies, and a hook may call the client", async () => {
    let balance;
    const { smsc, emulator } = await setup(
      {},
      {
        onRequest: (event) => {
          event.url = "https://evil.example";
          event.parameters.get_list = "0";
        },
        onResponse: ({ method }) => {
          if (method === "tasks.list") balance = smsc.balance();
          smsc.rateLimits();
        },
      },
    );
    assert.ok((await smsc.tasks.list()).length > 0);
    assert.equal(typeof (await balance).balance, "string");
    assert.deepEqual(
      [emulator.requests[0].url, emulator.requests[0].parameters.get_list],
      ["https://smsc.ru/sys/downloads.php", "1"],
    );
  });

  test("what a hook rejects with has no effect", async () => {
    const fail = async () => {
      throw new Error("no collector");
    };
    const { smsc } = await setup({}, { onRequest: fail, onResponse: fail, logger: { debug: fail } });
    assert.ok((await smsc.tasks.list()).length > 0);
    await settle();
  });
});

test("a hook, a logger or an onProgress that rejects, of any realm, has no effect", async (t) => {
  const unhandled = [];
  const onUnhandled = (error) => unhandled.push(error);
  process.on("unhandledRejection", onUnhandled);
  t.after(() => process.off("unhandledRejection", onUnhandled));
  const rejecting = {
    "of this realm": async () => {
      throw new Error("rejected");
    },
    "of another realm": runInNewContext("async () => { throw new Error('rejected') }"),
    "with a `then` alone": () => {
      const promise = Promise.reject(new Error("rejected"));
      // biome-ignore lint/suspicious/noThenProperty: hooks may return a thenable.
      return { then: (...handlers) => promise.then(...handlers) };
    },
  };
  const tasks = [{ id: 5, status: 2, file: "a.csv", content: "a;b\n1;2\n" }];
  for (const [name, reject] of Object.entries(rejecting)) {
    const options = { onRequest: reject, onResponse: reject, logger: { debug: reject } };
    const { smsc } = await setup({ messages: 5, tasks }, options);
    assert.equal((await collect(smsc.history.iterate({}, { onProgress: reject }))).length, 5, name);
    assert.equal((await smsc.tasks.waitFor(5, { onProgress: reject })).id, 5, name);
    assert.equal((await collect(smsc.tasks.rows({ id: 5 }, { onProgress: reject }))).length, 1, name);
    assert.equal(await (await smsc.tasks.download({ id: 5 })).text({ onProgress: reject }), "a;b\n1;2\n", name);
  }
  await settle();
  assert.deepEqual(unhandled, []);
});

test("onWait of a call is called beside the client's", async (t) => {
  const clock = mockClock(t);
  const { hooks, of } = recorder();
  const { smsc, emulator } = await setup({}, hooks);
  const own = [];
  emulator.faults.push({ status: 503 });
  await clock.run(smsc.tasks.list({}, { onWait: (event) => own.push(event) }));
  const [{ hook: _, ...event }] = of("wait");
  assert.deepEqual(own, [event]);
  assert.deepEqual([event.method, event.reason, event.attempt], ["tasks.list", "retry", 2]);
  assert.ok(event.waitMs > 0);
  emulator.faults.push({ status: 503 });
  const iterator = smsc.history.iterate({}, { onWait: (wait) => own.push(wait) });
  await clock.run(iterator.next());
  await iterator.return();
  assert.equal(own.at(-1).method, "history.list");
  const error = await rejectsWith(smsc.tasks.list({}, { onWait: 5 }), "invalid_option");
  assert.equal(error.parameter, "onWait");
});

describe("the logger", () => {
  test("gets a message and fields, without parameters", async (t) => {
    const clock = mockClock(t);
    const lines = [];
    const log =
      (level) =>
      (...line) =>
        lines.push([level, ...line]);
    const logger = { debug: log("debug"), info: log("info"), warn: log("warn"), error: log("error") };
    const { smsc, emulator } = await setup({}, { logger });
    emulator.faults.push({ status: 503 });
    await clock.run(smsc.history.list({ phones: ["79991234567"] }));
    assert.deepEqual(
      lines.map(([level, message]) => `${level} ${message.replace(/\d+ ms/, "N ms")}`),
      [
        "debug smsc history.list: POST https://smsc.ru/sys/get.php",
        "info smsc history.list: attempt 1 failed: the service's host answered with HTTP status 503",
        "info smsc history.list: waits N ms before a retry",
        "debug smsc history.list: POST https://smsc.ru/sys/get.php",
        "debug smsc history.list: HTTP status 200",
      ],
    );
    for (const line of lines) {
      assert.equal(line.length, 3);
      assert.deepEqual([line[2].method, line[2].callId], ["history.list", lines[0][2].callId]);
    }
    assert.equal(lines[1][2].error.code, "http_status");
    assert.deepEqual([lines[4][2].status, lines[4][2].attempt], [200, 2]);
    assert.ok(lines[4][2].bytes > 0 && lines[4][2].durationMs >= 0);
    assert.ok(!JSON.stringify(lines).includes("79991234567"));
  });
});

describe("headers", () => {
  const forms = {
    "an object": { "X-Proxy": "s3cret", cookie: "a=b" },
    "a list of pairs": [
      ["X-Proxy", "s3cret"],
      ["cookie", "a=b"],
    ],
    "a Headers": new Headers({ "X-Proxy": "s3cret", cookie: "a=b" }),
    "a Map": new Map([
      ["X-Proxy", "s3cret"],
      ["cookie", "a=b"],
    ]),
    "an object of another realm": runInNewContext(`({ "X-Proxy": "s3cret", cookie: "a=b" })`),
    "a list of another realm": runInNewContext(`[["X-Proxy", "s3cret"], ["cookie", "a=b"]]`),
  };
  for (const [what, headers] of Object.entries(forms)) {
    test(`${what} is sent with every request`, async () => {
      const { smsc, calls } = await stubClient(({ url }) => (url.endsWith("senders.php") ? '{"id": 5}' : "[]"), {
        headers,
      });
      await smsc.history.list();
      await smsc.senders.add({ name: "A", document: documents.png });
      const [form, upload] = calls.map(({ init }) => new Headers(init.headers));
      for (const sent of [form, upload]) {
        assert.deepEqual([sent.get("x-proxy"), sent.get("cookie")], ["s3cret", "a=b"]);
      }
      assert.equal(form.get("content-type"), "application/x-www-form-urlencoded");
      assert.match(upload.get("content-type"), /^multipart\/form-data; boundary=\S+$/);
    });
  }

  test("cannot change the type of the body", async () => {
    const { smsc, calls } = await stubClient(({ url }) => (url.endsWith("senders.php") ? '{"id": 5}' : "[]"), {
      headers: { "Content-Type": "text/plain" },
    });
    await smsc.history.list();
    await smsc.senders.add({ name: "A", document: documents.png });
    assert.equal(new Headers(calls[0].init.headers).get("content-type"), "application/x-www-form-urlencoded");
    assert.match(new Headers(calls[1].init.headers).get("content-type"), /^multipart\/form-data; boundary=/);
  });

  test("that are wrong are named, and their values never shown", async () => {
    for (const [headers, message] of [
      [{ "x-proxy": undefined }, /takes a text for "x-proxy"$/],
      [{ "x-proxy": "s3cret\n" + "more" }, /HTTP permits: not those of "x-proxy"$/],
      [{ "x proxy": "s3cret" }, /HTTP permits: not those of a name that HTTP does not permit$/],
      [{ "Bearer s3cret": 5 }, /takes a text for a name that HTTP does not permit$/],
      [[["s3cret".repeat(10), "x\ny"]], /not those of a long name$/],
      [[["5f4dcc3b5aa765d61d8327deb882cf99", undefined]], /takes a text for a name with digits$/],
      [["ab"], /takes a `Headers`, an object, or a list of pairs$/],
      [[["x-proxy", "s3cret", "s3cret"]], /takes a `Headers`, an object, or a list of pairs$/],
      ["x-proxy: s3cret", /takes a `Headers`, an object, or a list of pairs$/],
      [
        {
          get "x-proxy"() {
            throw new Error("s3cret");
          },
        },
        /takes a `Headers`/,
      ],
    ]) {
      const error = await rejectsWith(createClient({ apiKey: "k", headers }), "invalid_option");
      assert.equal(error.parameter, "headers");
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /s3cret/);
    }
  });

  test("are in no event, log line or error", async () => {
    const seen = [];
    const log = (...line) => seen.push(line);
    const { events, hooks } = recorder();
    const { smsc, emulator } = await setup(
      {},
      { headers: { authorization: "s3cret" }, maxRetries: 0, logger: { debug: log, info: log }, ...hooks },
    );
    emulator.faults.push({ status: 503 });
    const error = await rejectsWith(smsc.history.list(), "http_status");
    assert.doesNotMatch(JSON.stringify([seen, events, error]), /s3cret/);
    assert.equal(new Headers(emulator.requests[0].headers).get("authorization"), "s3cret");
  });
});

test("baseUrl takes a URL, also one of another realm", async () => {
  class OtherURL {
    href = "https://proxy.example/smsc";
  }
  for (const baseUrl of [new URL("https://proxy.example/smsc/"), new OtherURL()]) {
    const emulator = createEmulator({ now: NOW, limits: false });
    const smsc = await createClient({ apiKey: "demo-key", baseUrl, fetch: emulator.fetch, rateLimit: "off" });
    await smsc.tasks.list();
    assert.equal(emulator.requests[0].url, "https://proxy.example/smsc/sys/downloads.php");
  }
});
