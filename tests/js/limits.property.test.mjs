/**
 * Any interleaving of calls, aborts and time: the service never sees a request that its limits forbid, and every call ends.
 * The clock is turned, nothing sleeps.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { NOW, settle } from "./support/account.mjs";
import { createRandom } from "./support/requests.mjs";

let names = 0;
const CALLS = [
  (smsc, n, options) => smsc.history.list({ limit: n }, options),
  (smsc, n, options) => smsc.history.iterate({ limit: n + 1 }, options).next(),
  (smsc, n, options) => smsc.senders.list(n % 2 ? {} : { all: true }, options),
  (smsc, _, options) => smsc.senders.add({ name: `N${++names}` }, options),
  (smsc, n, options) => smsc.tasks.list({ limit: n }, options),
  async (smsc, n, options) => (await smsc.tasks.download({ id: n % 2 ? 302 : 303 }, options)).bytes(),
  (smsc, _, options) => smsc.call("balance.php", {}, options),
];

test("the service never refuses, and every call ends", async (t) => {
  let sent = 0;
  for (let seed = 1; seed <= 60; seed++) sent += await history(t, seed);
  assert.ok(sent > 1000, `only ${sent} requests were sent`);
});

/** One history of an account. Gives the number of requests that the service saw. */
async function history(t, seed) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOW });
  const { below, one, sometimes } = createRandom(seed);
  const apiKey = `any-${seed}`;
  const emulator = createEmulator({ now: NOW, messages: 5, apiKey });
  const pass = (ms) => {
    emulator.advance(ms);
    t.mock.timers.tick(ms);
  };
  // The way there and back takes time, so that the service counts a request at some moment while it is under way.
  const slowly = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const fetch = async (url, init) => {
    await slowly(below(3) * below(900));
    init.signal.throwIfAborted();
    // Who gives up a file closes its connection: else the service would have one under way that nobody waits for.
    const response = await emulator.fetch(url, init);
    const body = await response.arrayBuffer();
    await slowly(below(3) * below(900));
    init.signal.throwIfAborted();
    return new Response(body, response);
  };
  // The clock is turned in large steps, in which a request must not be too late.
  const options = { apiKey, fetch, timeoutMs: 2 ** 31 - 1 };
  const clients = [await createClient(options), await createClient(options)];
  const calls = new Set();
  const controls = [];
  let ended = 0;
  const codes = new Map();
  const call = () => {
    const control = new AbortController();
    if (sometimes(0.4)) controls.push(control);
    const options = { signal: control.signal, ...(sometimes(0.2) && { limits: "fail" }) };
    const running = one(CALLS)(one(clients), 1 + below(3), options).then(
      () => "fulfilled",
      ({ code }) => code,
    );
    calls.add(running);
    running.then((outcome) => {
      ended++;
      codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
    });
  };
  for (let step = 0; step < 60; step++) {
    for (let count = below(6); count > 0; count--) call();
    if (sometimes(0.3) && controls.length > 0) controls.splice(below(controls.length), 1)[0].abort();
    await settle(2);
    pass(below(4) === 0 ? below(40_000) : below(2000));
    await settle(2);
  }
  for (let hours = 0; ended < calls.size; hours++) {
    assert.ok(hours < 400, `seed ${seed}: ${calls.size - ended} calls never end`);
    for (let part = 0; part < 4; part++) {
      pass(900_000);
      await settle(6);
    }
  }
  const refusals = emulator.requests.filter(({ code }) => code === 9);
  assert.deepEqual(refusals, [], `seed ${seed}: the service refused a request`);
  for (const code of codes.keys()) {
    assert.ok(["fulfilled", "aborted", "rate_limited", "too_many_connections"].includes(code), `seed ${seed}: ${code}`);
  }
  const { used } = clients[0].rateLimits().find(({ scope }) => scope === "connections");
  assert.equal(used, 0, `seed ${seed}: a place was not given back`);
  t.mock.timers.reset();
  return emulator.requests.length;
}
