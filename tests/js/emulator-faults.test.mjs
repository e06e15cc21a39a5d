/** The builders of faults: the effect of each, and the requests to which it applies. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { faults } from "smsc-wasm/testing";
import { rejectsWith, setup } from "./support/account.mjs";

/** A call of each kind with the fault; the client does not retry. */
async function withFault(fault, call = (smsc) => smsc.history.list({ limit: 3 }), options = {}) {
  const { smsc, emulator } = await setup({ messages: 5, senders: [] }, { maxRetries: 0, ...options });
  emulator.faults.push(fault);
  return { emulator, result: call(smsc) };
}

const add = (smsc) => smsc.senders.add({ name: "A" });

test("a list that is assigned replaces the faults", async () => {
  const { smsc, emulator } = await setup({ messages: 1 }, { maxRetries: 0 });
  const pending = emulator.faults;
  pending.push(faults.emptyBody());
  emulator.faults = [faults.apiError(4), faults.apiError(2)];
  assert.equal(emulator.faults, pending);
  emulator.faults.push(faults.apiError(9));
  for (const code of ["ip_blocked", "unauthorized", "rate_limited"]) await rejectsWith(smsc.history.list(), code);
  await smsc.history.list();
  for (const [given, message] of [
    [[{ tims: 2 }], "Unknown key `faults[0].tims`. Did you mean `times`?"],
    [faults.apiError(2), "Invalid `faults`: an object. Pass an array."],
  ]) {
    const assign = () => {
      emulator.faults = given;
    };
    assert.throws(assign, { name: "TypeError", message });
  }
  assert.deepEqual(emulator.faults, []);
  emulator.faults = [faults.apiError(2)];
  emulator.faults = [];
  await smsc.history.list();
});

describe("a builder makes", () => {
  test("apiError: the service's error, with its text or another", async () => {
    const error = await rejectsWith((await withFault(faults.apiError(9))).result, "rate_limited");
    assert.equal(error.apiMessage, "too many requests, wait a minute");
    const other = await rejectsWith(
      (await withFault(faults.apiError(42, { text: "нет" }))).result,
      "unknown_api_error",
    );
    assert.deepEqual([other.apiCode, other.apiMessage], [42, "нет"]);
  });

  test("tooManyConcurrent: the other error 9", async () => {
    await rejectsWith((await withFault(faults.tooManyConcurrent())).result, "too_many_connections");
  });

  test("plainError: a line of text although JSON was requested", async () => {
    const error = await rejectsWith((await withFault(faults.plainError(4, { text: "нет" }))).result, "ip_blocked");
    assert.equal(error.apiMessage, "нет");
    assert.equal((await rejectsWith((await withFault(faults.plainError())).result, "invalid_parameter")).apiCode, 1);
  });

  test("httpStatus: the status, Retry-After, headers and a body", async () => {
    const retry = faults.httpStatus(503, { retryAfter: 5, headers: { "x-test": "1" } });
    assert.deepEqual(retry, { status: 503, headers: { "x-test": "1", "retry-after": "5" } });
    const error = await rejectsWith((await withFault(retry)).result, "http_status");
    assert.deepEqual([error.httpStatus, error.retryAfterMs], [503, 5000]);
    const { emulator } = await setup();
    emulator.faults.push(faults.httpStatus(403, { body: "нет" }));
    const response = await emulator.fetch("https://smsc.ru/sys/balance.php?charset=utf-8");
    assert.deepEqual([response.status, await response.text()], [403, "нет"]);
  });

  test("redirect: to another host, which the client refuses", async () => {
    await rejectsWith((await withFault(faults.redirect())).result, "bad_response");
    const { emulator, result } = await withFault(faults.redirect("https://evil.example/x", { status: 307 }));
    await rejectsWith(result, "bad_response");
    assert.ok(emulator.requests.every(({ url }) => url.startsWith("https://smsc.ru/")));
  });

  test("connectionFailure: before the request is processed, or after", async () => {
    for (const [processed, count] of [
      [undefined, 0],
      [true, 1],
    ]) {
      const { emulator, result } = await withFault(faults.connectionFailure({ processed }), add);
      await rejectsWith(result, "connection");
      assert.equal(emulator.state.senders.length, count);
    }
  });

  test("hang, delay and delayUntil: late responses", async () => {
    await rejectsWith((await withFault(faults.hang(), undefined, { timeoutMs: 20 })).result, "timeout");
    await rejectsWith((await withFault(faults.delay(60_000), undefined, { timeoutMs: 20 })).result, "timeout");
    let release;
    const { emulator, result } = await withFault(faults.delayUntil(new Promise((resolve) => (release = resolve))));
    while (emulator.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(emulator.requests[0].outcome, "in flight");
    release();
    assert.equal((await result).messages.length, 3);
  });

  test("truncatedBody and slowBody: parts of a body", async () => {
    await rejectsWith((await withFault(faults.truncatedBody(10, { chunkBytes: 4 }))).result, "connection");
    assert.deepEqual(faults.slowBody(), { chunkDelayMs: 1000 });
    const { result } = await withFault(faults.slowBody({ chunkBytes: 1000, chunkDelayMs: 1 }));
    assert.equal((await result).messages.length, 3);
  });

  test("replacedBody: another body, or the body of a function", async () => {
    await rejectsWith((await withFault(faults.replacedBody('[{"status": 1'))).result, "bad_response");
    const rename = (bytes) => new TextDecoder().decode(bytes).replaceAll('"phone"', '"msisdn"');
    const [message] = (await (await withFault(faults.replacedBody(rename))).result).messages;
    assert.ok("msisdn" in message.extra && !("phone" in message));
  });

  test("responseHeaders: other headers with the ordinary body", async () => {
    const { result } = await withFault(faults.responseHeaders({ "content-type": "text/plain" }));
    assert.equal((await result).messages.length, 3);
  });

  test("emptyBody and bareOk: after the request was processed", async () => {
    for (const builder of [faults.emptyBody, faults.bareOk]) {
      const { emulator, result } = await withFault(builder(), add);
      await rejectsWith(result, "bad_response");
      assert.deepEqual(
        emulator.state.senders.map(({ name }) => name),
        ["A"],
      );
    }
  });

  test("htmlPage, wrongCharset and driftingTypes", async () => {
    await rejectsWith((await withFault(faults.htmlPage())).result, "bad_response");
    const wrong = await (await withFault(faults.wrongCharset())).result;
    assert.equal(wrong.messages.length, 3);
    const { emulator, result } = await withFault(faults.driftingTypes());
    const drifted = (await result).messages;
    assert.equal(typeof drifted[0].flag, "number");
    assert.deepEqual(
      drifted.map(({ intId }) => intId),
      emulator.state.messages
        .filter(({ type }) => type !== 8)
        .slice(0, 3)
        .map(({ intId }) => intId),
    );
  });
});

describe("a fault applies", () => {
  test("to a method, to methods with the same requests, to a script", async () => {
    const { smsc, emulator } = await setup({}, { maxRetries: 0 });
    emulator.faults.push(
      faults.apiError(4, { to: "tasks.waitFor" }),
      faults.apiError(8, { to: "senders.remove" }),
      faults.apiError(2, { to: "get.php" }),
    );
    assert.equal((await smsc.balance()).balance, "1834.5");
    await smsc.senders.list();
    await rejectsWith(smsc.tasks.list(), "ip_blocked");
    await rejectsWith(smsc.history.list(), "unauthorized");
    await rejectsWith(smsc.senders.remove({ name: "SHOP-24" }), "undeliverable");
    assert.deepEqual(emulator.faults, []);
    assert.equal((await smsc.tasks.list()).length, 8);
  });

  test("`times` times, to the requests that `when` selects", async () => {
    const { smsc, emulator } = await setup({}, { maxRetries: 0 });
    emulator.faults.push(
      faults.htmlPage({ to: "history.list", times: 2, when: ({ parameters }) => parameters.cnt === "1" }),
    );
    assert.equal((await smsc.history.list({ limit: 2 })).messages.length, 2);
    for (let call = 0; call < 2; call++) await rejectsWith(smsc.history.list({ limit: 1 }), "bad_response");
    assert.equal((await smsc.history.list({ limit: 1 })).messages.length, 1);
    assert.deepEqual(
      emulator.requestsTo("history.list").map(({ fault }) => fault?.kind),
      [undefined, "html", "html", undefined],
    );
  });

  test("and the builders are frozen", () => assert.ok(Object.isFrozen(faults)));
});
