/** Clients of an emulator: separate rate limits, requests in flight, requests by method, a new start. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "smsc-wasm";
import { createEmulator, faults, makeCsv } from "smsc-wasm/testing";
import { collect, NOW, rejectsWith } from "./support/account.mjs";

const HOST = "https://smsc.ru/sys";

/** Sends a request without the client, and returns the error's number or 0. */
async function requestBalance(emulator, parameters) {
  const query = new URLSearchParams({ fmt: "3", apikey: "demo-key", ...parameters });
  const response = await emulator.fetch(`${HOST}/balance.php?${query}`);
  return (await response.json()).error_code ?? 0;
}

describe("clientOptions", () => {
  test("gives clients of different emulators separate rate limits", async () => {
    for (let round = 0; round < 3; round++) {
      const emulator = createEmulator({ now: NOW, messages: 5 });
      const smsc = await createClient(emulator.clientOptions({ rateLimit: "fail" }));
      // Three identical requests per minute are the limit: with a shared key the second round would fail.
      for (let request = 0; request < 3; request++) await smsc.history.list();
      await rejectsWith(smsc.history.list(), "rate_limited");
      assert.equal(emulator.requests.length, 3);
    }
  });

  test("gives clients of one emulator the same limits", async () => {
    const emulator = createEmulator({ now: NOW, messages: 5 });
    const options = emulator.clientOptions({ rateLimit: "fail" });
    assert.equal(emulator.clientOptions().apiKey, options.apiKey);
    const [one, other] = [await createClient(options), await createClient(options)];
    for (let request = 0; request < 3; request++) await one.history.list();
    await rejectsWith(other.history.list(), "rate_limited");
  });

  test("without limits, the client waits for none either, unless the overrides say so", async () => {
    const emulator = createEmulator({ now: NOW, messages: 5, limits: false });
    const smsc = await createClient(emulator.clientOptions({ onWait: () => assert.fail("the client waits") }));
    for (let request = 0; request < 40; request++) await smsc.history.list();
    assert.equal(emulator.requests.length, 40);

    const rateLimitOf = (seed, overrides) => createEmulator(seed).clientOptions(overrides).rateLimit;
    assert.equal(rateLimitOf({ limits: false }, { rateLimit: undefined }), "off");
    assert.equal(rateLimitOf({ limits: false }, { rateLimit: "wait" }), "wait");
    const rateLimiter = { acquire: async () => ({ granted: true }), release: async () => {} };
    assert.equal(rateLimitOf({ limits: false }, { rateLimiter }), undefined);
    for (const limits of [undefined, true, {}]) assert.equal(rateLimitOf({ limits }), undefined);
  });

  test("accepts the generated key beside the account's own, and no key of another emulator", async () => {
    const emulator = createEmulator({ apiKey: "own" });
    const { apiKey } = emulator.clientOptions();
    assert.match(apiKey, /^emulator-/);
    assert.equal(await requestBalance(emulator, { apikey: apiKey }), 0);
    assert.equal(await requestBalance(emulator, { apikey: "own" }), 0);
    assert.equal(await requestBalance(emulator, { apikey: createEmulator().clientOptions().apiKey }), 2);
  });

  test("overrides replace the defaults, and credentials the key", async () => {
    const emulator = createEmulator({ messages: 1 });
    for (const credentials of [
      { login: "demo", password: "demo" },
      { credentials: () => ({ login: "demo", password: "demo" }) },
      { apiKey: "demo-key" },
    ]) {
      const options = emulator.clientOptions({ ...credentials, maxRetries: 0 });
      assert.deepEqual(options, {
        ...credentials,
        maxRetries: 0,
        fetch: emulator.fetch,
        dangerouslyAllowBrowser: true,
      });
      const smsc = await createClient(options);
      assert.deepEqual(await smsc.balance(), { balance: "1834.5", currency: "RUR" });
    }
    const other = async () => new Response('{"balance": "5"}');
    const smsc = await createClient(emulator.clientOptions({ fetch: other, login: undefined }));
    assert.deepEqual(await smsc.balance(), { balance: "5" });
  });

  test("overrides that are undefined replace nothing", async () => {
    const emulator = createEmulator({ messages: 1 });
    const overrides = { fetch: undefined, apiKey: undefined, login: undefined, maxRetries: undefined };
    assert.deepEqual(emulator.clientOptions(overrides), emulator.clientOptions());
    await (await createClient(emulator.clientOptions(overrides))).balance();
    assert.equal(emulator.requests.length, 1);
  });
});

describe("reset", () => {
  test("starts over: account, clock, requests, faults, rate limits", async () => {
    const emulator = createEmulator({ now: NOW, messages: [{ message: "один" }], senders: [{ name: "A", due: [] }] });
    const { state, requests, faults: pending, fetch } = emulator;
    const smsc = await createClient(emulator.clientOptions({ rateLimit: "off", maxRetries: 0 }));
    for (let request = 0; request < 3; request++) await smsc.history.list();
    await rejectsWith(smsc.history.list(), "rate_limited");
    await smsc.senders.add({ name: "B" });
    state.addMessage({ message: "два" });
    Object.assign(state, { balance: "0", credit: "5", apiKey: "changed", blockedUntil: NOW * 2 });
    emulator.advance(60_000);
    emulator.faults.push(faults.hang(), faults.apiError(9));

    emulator.reset();
    assert.equal(emulator.now(), NOW);
    assert.deepEqual([requests, pending], [[], []]);
    assert.ok(emulator.state === state && emulator.requests === requests && emulator.fetch === fetch);
    assert.deepEqual(
      [state.balance, state.credit, state.apiKey, state.blockedUntil],
      ["1834.5", undefined, "demo-key", 0],
    );
    assert.deepEqual(
      state.senders.map(({ name }) => name),
      ["A"],
    );
    // The emulator's limits are unused, so the client without limits succeeds again.
    for (let request = 0; request < 3; request++) {
      assert.deepEqual(
        (await smsc.history.list()).messages.map(({ message }) => message),
        ["один"],
      );
    }
  });

  test("gives later clients a new key, and with it unused rate limits", async () => {
    const emulator = createEmulator({ now: NOW, messages: 1 });
    const keys = new Set();
    for (let round = 0; round < 3; round++) {
      const options = emulator.clientOptions({ rateLimit: "fail" });
      keys.add(options.apiKey);
      const smsc = await createClient(options);
      for (let request = 0; request < 3; request++) await smsc.history.list();
      await rejectsWith(smsc.history.list(), "rate_limited");
      emulator.reset();
    }
    assert.equal(keys.size, 3);
  });

  test("repeats generated data: messages, names in every state, confirmation codes", async () => {
    const emulator = createEmulator({ now: NOW });
    const smsc = await createClient(emulator.clientOptions({ rateLimit: "off" }));
    const run = async () => {
      await smsc.senders.sendCode({ name: "380671234567" });
      emulator.advance(3_600_000);
      const { messages, senders, tasks, codes } = emulator.state;
      return JSON.stringify([messages, senders, tasks, codes]);
    };
    const first = await run();
    emulator.reset();
    assert.equal(await run(), first);
  });

  test("forgets requests in flight, whose end does not count again", async () => {
    const emulator = createEmulator({ now: NOW });
    let release;
    emulator.faults.push(faults.delayUntil(new Promise((resolve) => (release = resolve)), { times: 14 }));
    const held = Array.from({ length: 14 }, () => requestBalance(emulator));
    assert.equal(await requestBalance(emulator), 9);
    emulator.reset();
    assert.equal(await requestBalance(emulator), 0);
    release();
    await Promise.all(held);
    assert.equal(await requestBalance(emulator), 0);
    assert.equal(emulator.requests.at(-1).inFlight, 1);
  });

  test("a fault that was used in part starts anew", async () => {
    const emulator = createEmulator({ now: NOW });
    const twice = faults.apiError(4, { times: 2 });
    emulator.faults.push(twice);
    assert.equal(await requestBalance(emulator), 4);
    emulator.reset();
    emulator.faults.push(twice);
    assert.deepEqual(
      [await requestBalance(emulator), await requestBalance(emulator), await requestBalance(emulator)],
      [4, 4, 0],
    );
  });
});

describe("the account's limits", () => {
  test("do not count requests with wrong credentials", async () => {
    const emulator = createEmulator({ now: NOW });
    const get = async (apikey) => {
      const response = await emulator.fetch(`${HOST}/downloads.php?get_list=1&fmt=3&apikey=${apikey}`);
      return (await response.json()).error_code ?? 0;
    };
    for (let request = 0; request < 5; request++) assert.equal(await get("wrong"), 2);
    for (let request = 0; request < 3; request++) assert.equal(await get("demo-key"), 0);
    assert.equal(await get("demo-key"), 9);
    assert.equal(await get("wrong"), 2);
  });

  test("do not count strangers and rejected requests among the 15 in flight", async () => {
    const emulator = createEmulator({ now: NOW });
    let release;
    const released = new Promise((resolve) => (release = resolve));
    emulator.faults.push(faults.delayUntil(released, { times: Number.POSITIVE_INFINITY }));
    const strangers = Array.from({ length: 20 }, () => requestBalance(emulator, { apikey: "wrong" }));
    const own = Array.from({ length: 14 }, () => requestBalance(emulator));
    const rejected = [requestBalance(emulator), requestBalance(emulator)];
    assert.deepEqual(
      emulator.requests.map(({ inFlight }) => inFlight),
      [...Array(20).fill(0), ...Array.from({ length: 14 }, (_, index) => index + 1), 15, 15],
    );
    release();
    assert.deepEqual(await Promise.all(strangers), Array(20).fill(2));
    assert.deepEqual(await Promise.all(own), Array(14).fill(0));
    assert.deepEqual(await Promise.all(rejected), [9, 9]);
    assert.equal(await requestBalance(emulator), 0);
  });

  test("do not count requests of a blocked address", async () => {
    const emulator = createEmulator({ now: NOW });
    emulator.state.blockedUntil = NOW + 1;
    emulator.faults.push(faults.delay(20, { times: 15 }));
    const blocked = Array.from({ length: 15 }, () => requestBalance(emulator));
    emulator.advance(1);
    assert.equal(await requestBalance(emulator), 0);
    assert.deepEqual(await Promise.all(blocked), Array(15).fill(4));
  });
});

describe("requestsTo", () => {
  test("gives the requests of a method, or for a script", async () => {
    const emulator = createEmulator({
      now: NOW,
      limits: false,
      senders: [{ name: "79161234567" }, { name: "SHOP" }],
      tasks: [{ id: 1, status: 2, content: makeCsv(3) }],
    });
    const smsc = await createClient(emulator.clientOptions());
    await smsc.history.list({ limit: 1 });
    await collect(smsc.history.iterate({ limit: 2 }));
    await smsc.senders.list();
    await smsc.senders.add({ name: "NEW" });
    await smsc.senders.update({ name: "NEW", comment: "x" });
    await smsc.senders.sendCode({ name: "79161234567" });
    await smsc.senders.confirmCode({ name: "79161234567", code: emulator.state.codes[0].code });
    await smsc.senders.remove({ name: "NEW" });
    await smsc.tasks.list();
    await collect(smsc.tasks.rows({ id: 1 }));
    await smsc.balance();
    const count = (name) => emulator.requestsTo(name).length;
    for (const method of [
      "senders.add",
      "senders.update",
      "senders.sendCode",
      "senders.confirmCode",
      "senders.remove",
    ]) {
      assert.equal(count(method), 1, method);
    }
    for (const method of ["senders.list", "senders.get", "tasks.list", "tasks.waitFor", "tasks.download", "balance"]) {
      assert.equal(count(method), 1, method);
    }
    assert.deepEqual([count("history.list"), count("history.pages"), count("get.php")], [2, 2, 2]);
    assert.deepEqual([count("senders.php"), count("downloads.php"), count("status.php")], [6, 2, 0]);
    assert.equal(emulator.requestsTo("senders.add")[0].parameters.sender, "NEW");
    assert.equal(emulator.requestsTo("history.list")[1], emulator.requests[1]);
  });
});
