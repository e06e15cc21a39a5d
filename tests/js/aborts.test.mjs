/** Timeouts and abort signals: every wait ends in time, and leaves no timers or listeners behind. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { getEventListeners } from "node:events";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { collect, NOW, rejectsWith, settle, setup, stubClient, waitUntil } from "./support/account.mjs";

const never = () => new Promise(() => {});

describe("timeoutMs", () => {
  test("covers the body, over real HTTP", async (t) => {
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const drip = setInterval(() => response.write(" "), 10);
      response.on("close", () => clearInterval(drip));
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => server.closeAllConnections() ?? server.close());
    const closed = new Promise((resolve) => server.on("connection", (socket) => socket.on("close", resolve)));
    const baseUrl = `http://127.0.0.1:${server.address().port}`;
    const smsc = await createClient({ apiKey: "demo-key", baseUrl, timeoutMs: 100, maxRetries: 0 });
    const began = Date.now();
    const error = await rejectsWith(smsc.history.list(), "timeout");
    assert.ok(Date.now() - began < 1000);
    assert.deepEqual([error.endpoint, error.retryable], ["history", true]);
    assert.match(error.message, /100 ms/);
    await closed;
  });

  test("rejects even if fetch ignores its signal, and aborts that signal", async () => {
    for (const unresponsive of [
      never,
      () => ({ status: 200, text: never }),
      () => new Response(new ReadableStream()),
    ]) {
      const { smsc, calls } = await stubClient(unresponsive, { timeoutMs: 30, maxRetries: 0 });
      await rejectsWith(smsc.history.list(), "timeout");
      assert.equal(calls[0].signal.aborted, true);
    }
  });

  test("of a call overrides that of the client", async () => {
    const { smsc } = await stubClient(never, { timeoutMs: 60_000, maxRetries: 0 });
    assert.match((await rejectsWith(smsc.tasks.list({}, { timeoutMs: 20 }), "timeout")).message, /20 ms/);
  });

  test("of a download applies between two chunks, and not while the body is not being read", async () => {
    const tasks = [{ id: 1, status: 2, content: "a;b\n".repeat(100), due: [] }];
    const { smsc, emulator } = await setup({ tasks }, { timeoutMs: 60 });
    emulator.faults.push({ chunkBytes: 100, chunkDelayMs: 25 });
    const file = await smsc.tasks.download({ id: 1 });
    // The reader's pause and the whole download exceed timeoutMs; the time between two chunks does not.
    await new Promise((resolve) => setTimeout(resolve, 90));
    assert.equal((await file.bytes()).length, 400);
  });

  test("of a download rejects if the next chunk does not arrive", async () => {
    const stalled = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode("a;b\n1;2\n"));
          },
        }),
      );
    const { smsc } = await stubClient(stalled, { timeoutMs: 40 });
    const file = await smsc.tasks.download({ id: 1 });
    await rejectsWith(file.text(), "timeout");
    const rows = smsc.tasks.rows({ id: 1 });
    assert.equal((await rejectsWith(collect(rows), "timeout")).endpoint, "tasks");
  });

  test("totalTimeoutMs of a download applies until its last byte", async () => {
    const tasks = [{ id: 1, status: 2, content: "a;b\n".repeat(5000), due: [] }];
    const { smsc, emulator } = await setup({ tasks }, { totalTimeoutMs: 100 });
    emulator.faults.push({ chunkBytes: 100, chunkDelayMs: 10 });
    const file = await smsc.tasks.download({ id: 1 });
    assert.match((await rejectsWith(file.bytes(), "timeout")).message, /totalTimeoutMs/);
    await waitUntil(() => emulator.requests[0].outcome === "aborted");
  });
});

describe("a signal that aborts a change", () => {
  const add = (smsc, signal) => smsc.senders.add({ name: "SHOP" }, { signal });

  test("has no effect once the response was read", async () => {
    const controller = new AbortController();
    const { smsc, emulator } = await setup({ senders: [] }, { onResponse: () => controller.abort() });
    await add(smsc, controller.signal);
    assert.equal(emulator.state.senders.length, 1);
  });

  test("at any moment, resolves, or says that the outcome is unknown if the request was sent", async () => {
    for (let turns = 0; turns < 60; turns += 1) {
      const { smsc, emulator } = await setup({ senders: [] });
      const controller = new AbortController();
      const outcome = add(smsc, controller.signal).then(
        () => undefined,
        (error) => error,
      );
      for (let turn = 0; turn < turns; turn += 1) await null;
      controller.abort();
      const error = await outcome;
      if (error === undefined) assert.equal(emulator.state.senders.length, 1);
      else if (emulator.requests.length > 0) assert.match(error.message, /whether the change was made is not known/);
      else assert.equal(error.attempts ?? 0, 0);
    }
  });

  test("inside onRequest sends nothing and uses no limit", async () => {
    const controller = new AbortController();
    const emulator = createEmulator({ senders: [] });
    const smsc = await createClient(emulator.clientOptions({ onRequest: () => controller.abort() }));
    const error = await rejectsWith(add(smsc, controller.signal), "aborted");
    assert.equal(error.attempts, 0);
    assert.doesNotMatch(error.message, /not known/);
    assert.equal(emulator.requests.length, 0);
    assert.ok(smsc.rateLimits().every((limit) => limit.used === 0));
  });
});

describe("a signal", () => {
  const calls = {
    "history.list": (smsc, options) => smsc.history.list({}, options),
    "history.iterate": (smsc, options) => collect(smsc.history.iterate({}, options)),
    "history.pages": (smsc, options) => collect(smsc.history.pages({}, options)),
    "senders.list": (smsc, options) => smsc.senders.list({}, options),
    "senders.iterate": (smsc, options) => collect(smsc.senders.iterate({}, options)),
    "senders.add": (smsc, options) => smsc.senders.add({ name: "A" }, options),
    "senders.add with a document": (smsc, options) =>
      smsc.senders.add({ name: "A", document: new Blob(["%PDF-1.7"]) }, options),
    "senders.update": (smsc, options) => smsc.senders.update({ id: 64120, comment: "x" }, options),
    "senders.sendCode": (smsc, options) => smsc.senders.sendCode({ name: "79261234567" }, options),
    "senders.confirmCode": (smsc, options) => smsc.senders.confirmCode({ name: "79261234567", code: "1" }, options),
    "senders.remove": (smsc, options) => smsc.senders.remove({ id: 64120 }, options),
    "tasks.list": (smsc, options) => smsc.tasks.list({}, options),
    "tasks.get": (smsc, options) => smsc.tasks.get(301, options),
    "tasks.waitFor": (smsc, options) => smsc.tasks.waitFor(301, options),
    "tasks.download": async (smsc, options) => (await smsc.tasks.download({ id: 302 }, options)).bytes(),
    "tasks.rows": (smsc, options) => collect(smsc.tasks.rows({ id: 302 }, options)),
    call: (smsc, options) => smsc.call("balance.php", {}, options),
    raw: (smsc, options) => smsc.raw("balance.php", {}, options),
  };
  const reasons = ["a text", 5, undefined, null, new Error("enough"), { any: "thing" }];
  const listeners = (signal) => getEventListeners(signal, "abort").length;

  for (const [name, call] of Object.entries(calls)) {
    test(`${name}: an abort before the call sends no request`, async () => {
      const { smsc, emulator } = await setup();
      for (const reason of reasons) {
        const controller = new AbortController();
        controller.abort(reason);
        const error = await rejectsWith(call(smsc, { signal: controller.signal }), "aborted");
        // The platform supplies a default reason.
        assert.equal(error.cause, controller.signal.reason);
        assert.equal(error.retryable, false);
        assert.equal(listeners(controller.signal), 0);
      }
      assert.equal(emulator.requests.length, 0);
    });

    test(`${name}: an abort during the request cancels it`, async () => {
      for (const reason of reasons) {
        const { smsc, emulator } = await setup();
        emulator.faults.push({ kind: "hang" });
        const controller = new AbortController();
        const outcome = rejectsWith(call(smsc, { signal: controller.signal }), "aborted");
        await waitUntil(() => emulator.requests.length === 1);
        controller.abort(reason);
        const error = await outcome;
        assert.equal(error.cause, controller.signal.reason);
        assert.match(error.endpoint, /^(history|senders|tasks|balance\.php)$/);
        await waitUntil(() => emulator.requests[0].outcome === "aborted");
        assert.equal(listeners(controller.signal), 0);
        assert.equal(emulator.requests.length, 1);
      }
    });

    test(`${name}: an abort after the call has no effect, and no listener remains`, async () => {
      const { smsc, emulator } = await setup();
      const controller = new AbortController();
      // No code was sent, so confirmCode fails.
      await call(smsc, { signal: controller.signal }).catch((error) => assert.equal(error.code, "wrong_code"));
      assert.equal(listeners(controller.signal), 0);
      const { length } = emulator.requests;
      controller.abort();
      await settle();
      assert.equal(emulator.requests.length, length);
      assert.ok(emulator.requests.every(({ outcome }) => outcome === "answered"));
    });

    test(`${name}: an error leaves no listener`, async () => {
      const { smsc, emulator } = await setup({}, { maxRetries: 0 });
      emulator.faults.push({ status: 503, times: Number.POSITIVE_INFINITY });
      const { signal } = new AbortController();
      await rejectsWith(call(smsc, { signal }), "http_status");
      assert.equal(listeners(signal), 0);
    });
  }

  test("an abort rejects the call even if fetch ignores its signal", async () => {
    for (const unresponsive of [never, () => ({ status: 200, text: never })]) {
      const { smsc, calls: sent } = await stubClient(unresponsive);
      const controller = new AbortController();
      const outcome = rejectsWith(smsc.history.list({}, { signal: controller.signal }), "aborted");
      await waitUntil(() => sent.length === 1);
      controller.abort("now");
      assert.equal((await outcome).cause, "now");
      assert.equal(sent[0].signal.aborted, true);
    }
  });

  test("aborting an unread download causes no unhandled rejection", async (t) => {
    const unhandled = [];
    const onUnhandled = (reason) => unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    t.after(() => process.off("unhandledRejection", onUnhandled));
    const { smsc } = await setup();
    const controller = new AbortController();
    const file = await smsc.tasks.download({ id: 301 }, { signal: controller.signal });
    controller.abort("enough");
    await settle();
    assert.equal((await rejectsWith(file.bytes(), "aborted")).cause, "enough");
    await settle();
    assert.deepEqual(unhandled, []);
  });

  test("many calls with one signal leave no listener, whatever their outcome", async () => {
    const { smsc, emulator } = await setup();
    const { signal } = new AbortController();
    emulator.faults.push({ code: 4 }, { kind: "html" }, { kind: "offline" });
    await Promise.allSettled(Array.from({ length: 50 }, () => smsc.history.list({ limit: 1 }, { signal })));
    for await (const _ of smsc.history.iterate({}, { signal })) break;
    for await (const _ of smsc.tasks.rows({ id: 301 }, { signal })) break;
    await settle();
    assert.equal(listeners(signal), 0);
  });

  test("an abandoned tasks.rows leaves no listener, and still ends by the signal", async () => {
    const { smsc, emulator } = await setup({ tasks: [{ id: 1, status: 2, content: "a;b\n".repeat(50_000), due: [] }] });
    const controller = new AbortController();
    const { signal } = controller;
    const iterators = [];
    for (let count = 0; count < 20; count++) {
      emulator.faults.push({ chunkBytes: 1000 });
      const rows = smsc.tasks.rows({ id: 1 }, { signal });
      iterators.push(rows);
      await rows.next();
    }
    assert.equal(listeners(signal), 0);
    controller.abort("enough");
    const ended = await Promise.all(iterators.map((rows) => collect(rows).catch((error) => error)));
    for (const error of ended) assert.deepEqual([error.code, error.cause], ["aborted", "enough"]);
    await waitUntil(() => emulator.requests.every(({ outcome }) => outcome === "aborted"));
  });

  test("tasks.rows that is ended before the response leaves no listener", async () => {
    const { smsc, emulator } = await setup();
    const { signal } = new AbortController();
    emulator.faults.push({ kind: "hang" });
    const rows = smsc.tasks.rows({ id: 302 }, { signal });
    const next = rows.next();
    await waitUntil(() => emulator.requests.length === 1);
    assert.equal(listeners(signal), 1);
    await rows.return();
    assert.equal((await next).done, true);
    await waitUntil(() => emulator.requests[0].outcome === "aborted");
    assert.equal(listeners(signal), 0);
  });
});

test("a process exits immediately after its last call", () => {
  const script = `
    import { createClient } from "smsc-wasm";
    import { createEmulator } from "smsc-wasm/testing";
    const { fetch } = createEmulator();
    const smsc = await createClient({ apiKey: "demo-key", fetch });
    await smsc.history.list({}, { signal: new AbortController().signal });
    await smsc.tasks.list().then(() => smsc.tasks.download({ id: 302 })).then((file) => file.text());
    await smsc.tasks.download({ id: 301 });
    for await (const message of smsc.history.iterate()) break;
    const last = Date.now();
    process.on("exit", () => console.log(Date.now() - last));
  `;
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: folder,
    timeout: 20_000,
  });
  assert.match(String(stdout), /^\d+\n$/, String(stderr));
  assert.ok(Number(stdout) < 1000, `${stdout} ms after the last line`);
});

describe("credentials()", () => {
  const clientWith = async (credentials, options = {}) => {
    const emulator = createEmulator({ now: NOW, limits: false });
    const smsc = await createClient({ credentials, fetch: emulator.fetch, rateLimit: "off", ...options });
    return { smsc, emulator };
  };

  test("is called before every attempt, synchronous or asynchronous", async () => {
    let count = 0;
    const { smsc, emulator } = await clientWith(() => {
      count++;
      return count % 2 ? { apiKey: "demo-key" } : Promise.resolve({ login: "demo", password: "demo" });
    });
    emulator.faults.push({ kind: "offline" });
    await smsc.history.list();
    assert.equal(count, 2);
    assert.deepEqual(
      emulator.requests.map(({ parameters: { apikey, login, psw } }) => [apikey, login, psw]),
      [
        ["demo-key", undefined, undefined],
        [undefined, "demo", "demo"],
      ],
    );
    await smsc.senders.remove({ name: "SHOP-24" });
    assert.equal(count, 3);
  });

  const failure = new Error("the vault is shut");
  for (const [what, credentials] of [
    [
      "throws",
      () => {
        throw failure;
      },
    ],
    ["rejects", () => Promise.reject(failure)],
  ]) {
    test(`that ${what} is unauthorized with the cause, and sends no request`, async () => {
      let count = 0;
      const { smsc, emulator } = await clientWith(() => {
        count++;
        return credentials();
      });
      for (const call of [
        () => smsc.history.list(),
        () => smsc.senders.remove({ id: 5 }),
        () => smsc.tasks.download({ id: 1 }),
      ]) {
        count = 0;
        const error = await rejectsWith(call(), "unauthorized");
        assert.equal(error.cause, failure);
        assert.equal(error.apiCode, undefined);
        assert.equal(count, 1);
      }
      assert.equal(emulator.requests.length, 0);
    });
  }

  for (const value of [
    undefined,
    null,
    {},
    "key",
    5,
    [],
    { apiKey: "" },
    { apiKey: 5 },
    { login: "demo" },
    { token: "x" },
    { apiKey: "k", login: "l", password: "p" },
  ]) {
    test(`that returns ${JSON.stringify(value)} is unauthorized`, async () => {
      const { smsc, emulator } = await clientWith(() => value);
      assert.equal((await rejectsWith(smsc.history.list(), "unauthorized")).endpoint, "history");
      assert.equal(emulator.requests.length, 0);
    });
  }

  test("that hangs is ended by the timeouts and by the signal", async () => {
    const { smsc, emulator } = await clientWith(never, { maxRetries: 0 });
    await rejectsWith(smsc.history.list({}, { timeoutMs: 20 }), "timeout");
    await rejectsWith(smsc.history.list({}, { totalTimeoutMs: 20 }), "timeout");
    const controller = new AbortController();
    const outcome = rejectsWith(smsc.history.list({}, { signal: controller.signal }), "aborted");
    await settle();
    controller.abort("now");
    assert.equal((await outcome).cause, "now");
    assert.equal(emulator.requests.length, 0);
  });
});
