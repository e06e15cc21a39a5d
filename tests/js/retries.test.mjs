/** Retries: which failures are retried, how often, on which host, and which never are. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isSmscError } from "smsc-wasm";
import { mockClock, NOW, rejectsWith, settle, setup, stubClient } from "./support/account.mjs";
import { documents } from "./support/documents.mjs";

/** Transient faults, with the error code if they persist. */
const TRANSIENT = {
  "no connection": [{ kind: "offline" }, "connection"],
  "a connection lost after the request": [{ kind: "offline", processed: true }, "connection"],
  "a truncated body": [{ truncateAfter: 3 }, "connection"],
  "an empty body": [{ kind: "empty" }, "bad_response"],
  "truncated JSON": [{ body: '[{"status": 1, "id"' }, "bad_response"],
  "status 429": [{ status: 429 }, "rate_limited"],
  "status 500": [{ status: 500 }, "http_status"],
  "status 502": [{ status: 502 }, "http_status"],
  "status 503": [{ status: 503 }, "http_status"],
  "status 504": [{ status: 504 }, "http_status"],
};
/** Permanent faults, with their error code. */
const PERMANENT = {
  "status 404": [{ status: 404 }, "http_status"],
  "status 403": [{ status: 403 }, "http_status"],
  "HTML with 200": [{ kind: "html" }, "bad_response"],
  "error 1": [{ code: 1 }, "invalid_parameter"],
  "error 2": [{ code: 2 }, "unauthorized"],
  "error 4": [{ code: 4 }, "ip_blocked"],
  "error 77": [{ code: 77 }, "unknown_api_error"],
  "error 9 with limits off": [{ code: 9 }, "rate_limited"],
  "a redirect to another host": [{ kind: "redirect", location: "https://evil.example/" }, "bad_response"],
};
/** Read calls. */
const READS = {
  "history.list": (smsc, options) => smsc.history.list({}, options),
  "history.iterate": (smsc, options) => smsc.history.iterate({}, options).next(),
  "senders.list": (smsc, options) => smsc.senders.list({}, options),
  "tasks.list": (smsc, options) => smsc.tasks.list({}, options),
  "tasks.get": (smsc, options) => smsc.tasks.get(301, options),
  "call balance.php": (smsc, options) => smsc.call("balance.php", {}, options),
  "raw senders.php with get": (smsc, options) => smsc.raw("senders.php", { get: 1, fmt: 1 }, options),
};
/** Changes. */
const CHANGES = {
  "senders.add": (smsc, options) => smsc.senders.add({ name: "A" }, options),
  "senders.add with a document": (smsc, options) => smsc.senders.add({ name: "A", document: documents.png }, options),
  "senders.update": (smsc, options) => smsc.senders.update({ name: "SHOP-24", comment: "x" }, options),
  "senders.sendCode": (smsc, options) => smsc.senders.sendCode({ name: "380671234567" }, options),
  "senders.confirmCode": (smsc, options) => smsc.senders.confirmCode({ name: "380671234567", code: "1" }, options),
  "senders.remove": (smsc, options) => smsc.senders.remove({ id: 65310 }, options),
  "call senders.php with del": (smsc, options) => smsc.call("senders.php", { del: 1, id: 65310 }, options),
  "call senders.php with get and del": (smsc, options) => smsc.call("senders.php", { get: 1, del: 1, id: 5 }, options),
  "call send.php": (smsc, options) => smsc.call("send.php", { phones: "79161234567", mes: "x" }, options),
  "raw status.php with del": (smsc, options) => smsc.raw("status.php", { phone: "1", id: 1, del: 1 }, options),
};

const hosts = (emulator) => emulator.requests.map(({ url }) => new URL(url).host);

describe("read calls", () => {
  for (const [what, [fault]] of Object.entries(TRANSIENT)) {
    test(`${what} is retried, and the call succeeds`, async (t) => {
      const clock = mockClock(t);
      for (const [name, call] of Object.entries(READS)) {
        // `raw` accepts any text.
        if (name.startsWith("raw") && fault.body !== undefined) continue;
        const { smsc, emulator } = await setup();
        emulator.faults.push({ ...fault, times: 2 });
        await clock.run(call(smsc));
        assert.equal(emulator.requests.length, 3, name);
        assert.equal(new Set(emulator.requests.map(({ parameters }) => JSON.stringify(parameters))).size, 1);
      }
    });
  }

  for (const [what, [fault, code]] of Object.entries(TRANSIENT)) {
    test(`${what} three times rejects with ${code}`, async (t) => {
      const clock = mockClock(t);
      const { smsc, emulator } = await setup();
      emulator.faults.push({ ...fault, times: Number.POSITIVE_INFINITY });
      const error = await rejectsWith(clock.run(smsc.tasks.list()), code);
      assert.equal(emulator.requests.length, 3);
      assert.equal(error.retryable, code !== "bad_response");
      for (const [options, requests] of [
        [{ maxRetries: 0 }, 1],
        [{ maxRetries: 4 }, 5],
      ]) {
        emulator.requests.length = 0;
        await rejectsWith(clock.run(smsc.tasks.list({}, options)), code);
        assert.equal(emulator.requests.length, requests);
      }
    });
  }

  test("an attempt that times out is retried", async (t) => {
    const clock = mockClock(t);
    const { smsc, emulator } = await setup({}, { timeoutMs: 1000 });
    emulator.faults.push({ kind: "hang" }, { chunkBytes: 10, chunkDelayMs: 400 });
    assert.equal((await clock.run(smsc.history.list({ limit: 5 }))).messages.length, 5);
    assert.deepEqual(
      emulator.requests.map(({ outcome }) => outcome),
      ["aborted", "aborted", "answered"],
    );
  });

  for (const [what, [fault, code]] of Object.entries(PERMANENT)) {
    test(`${what} is not retried`, async () => {
      for (const [name, call] of Object.entries(READS)) {
        if (name.startsWith("raw") && fault.kind === "html") continue;
        const { smsc, emulator } = await setup();
        emulator.faults.push({ ...fault, times: 3 });
        await rejectsWith(call(smsc), code);
        assert.equal(emulator.requests.length, 1);
      }
    });
  }

  test("a download is retried before its first bytes, and not after", async (t) => {
    const clock = mockClock(t);
    for (const fault of [{ kind: "offline" }, { status: 503 }, { truncateAfter: 0 }]) {
      const { smsc, emulator } = await setup();
      emulator.faults.push(fault);
      const file = await clock.run(smsc.tasks.download({ id: 301 }));
      assert.equal(emulator.requests.length, 2);
      assert.ok((await file.bytes()).length > 1000);
    }
    const { smsc, emulator } = await setup();
    emulator.faults.push({ truncateAfter: 5000, chunkBytes: 1000 });
    const file = await clock.run(smsc.tasks.download({ id: 301 }));
    await rejectsWith(clock.run(file.bytes()), "connection");
    assert.equal(emulator.requests.length, 1);
  });

  test("`idempotent` makes any command retryable", async (t) => {
    const clock = mockClock(t);
    const { smsc, calls } = await stubClient((_, count) =>
      count < 3 ? new Response("", { status: 503 }) : '{"cnt": 1}',
    );
    assert.deepEqual(await clock.run(smsc.call("send.php", { mes: "x" }, { idempotent: true })), { cnt: 1 });
    assert.equal(calls.length, 3);
  });

  test("the delays grow, and onWait receives each", async (t) => {
    const clock = mockClock(t);
    const waits = [];
    const { smsc, emulator } = await setup({}, { onWait: (wait) => waits.push(wait), maxRetries: 4 });
    emulator.faults.push({ status: 503, times: Number.POSITIVE_INFINITY });
    await rejectsWith(clock.run(smsc.history.list()), "http_status");
    assert.equal(waits.length, 4);
    for (const { reason, method } of waits) assert.deepEqual([reason, method], ["retry", "history.list"]);
    const delays = waits.map(({ waitMs }) => waitMs);
    assert.ok(delays[0] > 0 && delays[3] > 2 * delays[0], String(delays));
  });

  test("`Retry-After` is respected, in seconds and as a date", async (t) => {
    const clock = mockClock(t);
    for (const value of ["7", () => new Date(Date.now() + 7000).toUTCString()]) {
      const waits = [];
      const { smsc, emulator } = await setup({}, { onWait: ({ waitMs }) => waits.push(waitMs) });
      const header = typeof value === "function" ? value() : value;
      emulator.faults.push({ status: 429, headers: { "retry-after": header } });
      await clock.run(smsc.history.list());
      assert.equal(waits.length, 1);
      assert.ok(waits[0] >= 6000 && waits[0] <= 8000, String(waits));
    }
    const { smsc, emulator } = await setup({}, { maxRetries: 0 });
    emulator.faults.push({ status: 429, headers: { "retry-after": "120" } });
    const limited = await rejectsWith(smsc.history.list(), "rate_limited");
    assert.deepEqual([limited.httpStatus, limited.retryAfterMs, limited.apiCode], [429, 120_000, undefined]);
    emulator.faults.push({ status: 503, headers: { "retry-after": "120" } });
    assert.equal((await rejectsWith(smsc.history.list(), "http_status")).retryAfterMs, 120_000);
    emulator.faults.push({ status: 503, headers: { "retry-after": "soon" } });
    assert.equal((await rejectsWith(smsc.history.list(), "http_status")).retryAfterMs, undefined);
  });

  test("an abort ends a delay immediately", async (t) => {
    mockClock(t);
    const { smsc, emulator } = await setup();
    emulator.faults.push({ status: 503, headers: { "retry-after": "50" } });
    const controller = new AbortController();
    const call = rejectsWith(smsc.history.list({}, { signal: controller.signal }), "aborted");
    await settle();
    controller.abort("enough");
    assert.equal((await call).cause, "enough");
    assert.equal(emulator.requests.length, 1);
  });

  test("totalTimeoutMs ends an attempt, with the error of the attempt before it as the cause", async (t) => {
    const clock = mockClock(t);
    const { smsc, emulator } = await setup({}, { timeoutMs: 10_000 });
    emulator.faults.push({ status: 503 }, { kind: "hang", times: Number.POSITIVE_INFINITY });
    const began = Date.now();
    const error = await rejectsWith(
      clock.run(smsc.history.list({}, { totalTimeoutMs: 5000 }), { step: 50 }),
      "timeout",
    );
    const elapsed = Date.now() - began;
    assert.ok(elapsed >= 5000 && elapsed <= 5200, `${elapsed} ms`);
    assert.match(error.message, /totalTimeoutMs \(5000 ms\)/);
    assert.deepEqual([error.httpStatus, error.attempts, error.retryable], [503, 2, true]);
    assert.ok(isSmscError(error.cause));
    assert.deepEqual([error.cause.code, error.cause.httpStatus, error.cause.attempts], ["http_status", 503, 1]);
    assert.deepEqual(error.toJSON().cause, { name: "SmscError", message: error.cause.message });
  });

  test("an attempt that times out has the error of the attempt before it as the cause", async (t) => {
    const clock = mockClock(t);
    const lost = new TypeError("fetch failed");
    const hang = ({ signal }) =>
      new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    const { smsc, calls } = await stubClient((call, count) => (count === 1 ? Promise.reject(lost) : hang(call)), {
      timeoutMs: 1000,
      fallbackHost: false,
    });
    const error = await rejectsWith(clock.run(smsc.history.list({}, { maxRetries: 2 })), "timeout");
    assert.equal(calls.length, 3);
    assert.deepEqual([error.attempts, error.httpStatus], [3, undefined]);
    const second = error.cause;
    assert.deepEqual([second.code, second.attempts], ["timeout", 2]);
    const first = second.cause;
    assert.deepEqual([first.code, first.attempts, first.cause], ["connection", 1, lost]);
    // Without an attempt before it, it has none; nor has an error that is not a time-out.
    const alone = await stubClient(hang, { timeoutMs: 1000, maxRetries: 0 });
    assert.ok(!("cause" in (await rejectsWith(clock.run(alone.smsc.history.list()), "timeout"))));
    const other = await stubClient((_, count) =>
      count === 1 ? Promise.reject(lost) : new Response("", { status: 404 }),
    );
    const refused = await rejectsWith(clock.run(other.smsc.history.list()), "http_status");
    assert.ok(!("cause" in refused));
    assert.equal(refused.attempts, 2);
  });

  test("a response whose body never ends gives its status to the time-out", async (t) => {
    const clock = mockClock(t);
    const endless = () => new Response(new ReadableStream({}), { status: 502 });
    const { smsc } = await stubClient(endless, { timeoutMs: 1000, maxRetries: 0 });
    assert.equal((await rejectsWith(clock.run(smsc.history.list()), "timeout")).httpStatus, 502);
  });

  describe("a wait that is too long is not begun", () => {
    const later = (seconds, status = 503) => ({ status, headers: { "retry-after": String(seconds) } });

    for (const [what, fault, options, code, retryAfterMs] of [
      ["Retry-After beyond maxRetryDelayMs", later(61), {}, "http_status", 61_000],
      ["Retry-After beyond a smaller maxRetryDelayMs", later(3), { maxRetryDelayMs: 2999 }, "http_status", 3000],
      ["Retry-After of 429 beyond maxRetryDelayMs", later(3600, 429), {}, "rate_limited", 3_600_000],
      ["Retry-After beyond totalTimeoutMs", later(50), { totalTimeoutMs: 40_000 }, "http_status", 50_000],
      ["429 beyond maxRateLimitWaitMs", later(9, 429), { maxRateLimitWaitMs: 8999 }, "rate_limited", 9000],
      [
        "error 9 beyond maxRateLimitWaitMs",
        { code: 9 },
        { rateLimit: "wait", maxRateLimitWaitMs: 1 },
        "rate_limited",
        60_000,
      ],
      [
        "error 9 beyond totalTimeoutMs",
        { code: 9 },
        { rateLimit: "wait", totalTimeoutMs: 60_000 },
        "rate_limited",
        60_000,
      ],
    ]) {
      test(what, async (t) => {
        // The clock is stopped: a wait would never end.
        mockClock(t);
        const waits = [];
        // A separate account, because an error 9 fills its limits.
        const apiKey = `key-${Math.random()}`;
        const { smsc, emulator } = await setup({ apiKey }, { apiKey, ...options, onWait: (wait) => waits.push(wait) });
        emulator.faults.push({ ...fault, times: 5 });
        const error = await rejectsWith(smsc.history.list(), code);
        assert.deepEqual([error.retryAfterMs, error.attempts, error.retryable], [retryAfterMs, 1, true]);
        assert.deepEqual([emulator.requests.length, waits], [1, []]);
      });
    }

    test("a delay of the client itself is at most maxRetryDelayMs", async (t) => {
      mockClock(t);
      const { smsc, emulator } = await setup({}, { maxRetryDelayMs: 0 });
      emulator.faults.push({ status: 503, times: 2 });
      assert.ok((await smsc.history.list()).messages.length > 0);
      assert.equal(emulator.requests.length, 3);
    });
  });

  test("calls finish if only the clocks are fake and stand still", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: NOW });
    const started = performance.now();
    t.mock.method(performance, "now", () => started);
    const { smsc, emulator } = await setup({}, { timeoutMs: 50, maxRetryDelayMs: 30 });
    emulator.faults.push({ status: 503 }, { kind: "hang" });
    assert.ok((await smsc.history.list()).messages.length > 0);
    assert.equal(emulator.requests.length, 3);
    emulator.faults.push({ kind: "hang", times: Number.POSITIVE_INFINITY });
    const error = await rejectsWith(smsc.history.list({}, { totalTimeoutMs: 120, maxRetries: 99 }), "timeout");
    assert.ok(error.attempts >= 2, String(error.attempts));
  });
});

describe("changes", () => {
  for (const [what, [fault]] of Object.entries({ ...TRANSIENT, "no response in time": [{ kind: "hang" }] })) {
    // One request too many is refused before it is run.
    const isKnown = fault.status === 429;
    test(`${what}: sent once, and the outcome is ${isKnown ? "known" : "said to be unknown"}`, async (t) => {
      const clock = mockClock(t);
      for (const [name, call] of Object.entries(CHANGES)) {
        if (name.startsWith("raw") && fault.body !== undefined) continue;
        const { smsc, emulator } = await setup({}, { timeoutMs: 1000 });
        // The emulator has no send.php, and a script that does not exist is known not to have run.
        emulator.faults.push({ status: 200, ...fault, times: Number.POSITIVE_INFINITY });
        const error = await clock.run(call(smsc, { maxRetries: 5 })).then(
          () => undefined,
          (thrown) => thrown,
        );
        assert.ok(error?.code, `${name}: ${error}`);
        assert.equal(emulator.requests.length, 1, name);
        assert.equal(error.retryable, false, name);
        assert.equal(error.outcomeUnknown, isKnown ? undefined : true, name);
        assert.equal(/not known/.test(error.message), !isKnown, name);
      }
    });
  }

  test("after an error of the service: sent once, and the outcome is known", async () => {
    for (const code of [1, 2, 4, 9]) {
      const { smsc, emulator } = await setup();
      emulator.faults.push({ code, times: 5 });
      const error = await smsc.senders.remove({ id: 65310 }).catch((thrown) => thrown);
      assert.equal(error.apiCode, code);
      assert.doesNotMatch(error.message, /not known/);
      assert.equal(error.retryable, false);
      assert.equal(emulator.requests.length, 1);
    }
  });
});

test("exceptions of the logger and of hooks are ignored", async (t) => {
  const clock = mockClock(t);
  const fail = () => {
    throw new Error("the disk is full");
  };
  const { smsc, emulator } = await setup(
    {},
    {
      ...{ onRequest: fail, onResponse: fail, onWait: fail },
      logger: { debug: fail, info: fail, warn: fail, error: fail },
    },
  );
  await smsc.senders.remove({ id: 65310 });
  emulator.faults.push({ status: 503 });
  assert.ok((await clock.run(smsc.history.list())).messages.length > 0);
  assert.equal(emulator.requests.length, 3);
});

describe("the fallback host", () => {
  test("is tried once after a connection error, and the next attempt uses the main host again", async (t) => {
    const clock = mockClock(t);
    for (const [region, host] of [
      ["ru", "smsc.ru"],
      ["ua", "smsc.ua"],
      ["kz", "smsc.kz"],
      ["tj", "smsc.tj"],
      ["com", "smscentre.com"],
    ]) {
      const { smsc, emulator } = await setup({}, { region });
      emulator.faults.push({ kind: "offline", times: 2 });
      await clock.run(smsc.history.list());
      assert.deepEqual(hosts(emulator), [host, `www2.${host}`, host]);
    }
  });

  test("is tried immediately, without a delay", async (t) => {
    mockClock(t);
    const { smsc, emulator } = await setup();
    emulator.faults.push({ kind: "offline" });
    // The clock is stopped: a delay would never end.
    await smsc.history.list();
    assert.deepEqual(hosts(emulator), ["smsc.ru", "www2.smsc.ru"]);
    emulator.requests.length = 0;
    await smsc.history.list();
    assert.deepEqual(hosts(emulator), ["smsc.ru"], "the next call starts with the main host");
  });

  test("is not tried after a response or a timeout", async (t) => {
    const clock = mockClock(t);
    for (const fault of [{ status: 503 }, { kind: "empty" }, { kind: "hang" }, { status: 429 }]) {
      const { smsc, emulator } = await setup({}, { timeoutMs: 1000 });
      emulator.faults.push(fault);
      await clock.run(smsc.history.list());
      assert.deepEqual(hosts(emulator), ["smsc.ru", "smsc.ru"], JSON.stringify(fault));
    }
  });

  test("is not tried without retries, for a change, if disabled, or with a base URL", async (t) => {
    const clock = mockClock(t);
    for (const [options, call] of [
      [{ maxRetries: 0 }, (smsc) => smsc.history.list()],
      [{}, (smsc) => smsc.history.list({}, { maxRetries: 0 })],
      [{}, (smsc) => smsc.senders.remove({ id: 5 })],
      [{}, (smsc) => smsc.senders.add({ name: "A" })],
      [{ fallbackHost: false }, (smsc) => smsc.history.list()],
      [{ baseUrl: "https://smsc.ru" }, (smsc) => smsc.history.list()],
    ]) {
      const { smsc, emulator } = await setup({}, options);
      emulator.faults.push({ kind: "offline", times: Number.POSITIVE_INFINITY });
      await rejectsWith(clock.run(call(smsc)), "connection");
      assert.ok(
        hosts(emulator).every((host) => host === "smsc.ru"),
        String(hosts(emulator)),
      );
    }
  });

  test("is used by downloads and other commands too", async () => {
    const { smsc, emulator } = await setup({}, { region: "ua" });
    emulator.faults.push({ kind: "offline" });
    await (await smsc.tasks.download({ id: 302 })).bytes();
    emulator.faults.push({ kind: "offline" });
    await smsc.call("balance.php");
    assert.deepEqual(hosts(emulator), ["smsc.ua", "www2.smsc.ua", "smsc.ua", "www2.smsc.ua"]);
  });
});
