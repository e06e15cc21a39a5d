/**
 * Any interleaving of calls, aborts and time: the service never receives a request above its limits, and every call ends. The
 * clock is simulated.
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

test("the service never rejects a request for its limits, and every call ends", async (t) => {
  let sent = 0;
  for (let seed = 1; seed <= 60; seed++) sent += await simulate(t, seed);
  assert.ok(sent > 1000, `only ${sent} requests were sent`);
});

/** Simulates one account. Returns the number of requests that the service received. */
async function simulate(t, seed) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: NOW });
  const { below, pick, maybe } = createRandom(seed);
  const apiKey = `any-${seed}`;
  const emulator = createEmulator({ now: NOW, messages: 5, apiKey });
  const advance = (ms) => {
    emulator.advance(ms);
    t.mock.timers.tick(ms);
  };
  // The network takes time in both directions, so that the service counts a request at some moment while it is in flight.
  const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const fetch = async (url, init) => {
    await delay(below(3) * below(900));
    init.signal.throwIfAborted();
    // Read the whole body first: an aborted download must not leave a request in flight at the service.
    const response = await emulator.fetch(url, init);
    const body = await response.arrayBuffer();
    await delay(below(3) * below(900));
    init.signal.throwIfAborted();
    return new Response(body, response);
  };
  // The clock advances in large steps, within which a request must not time out.
  const options = { apiKey, fetch, timeoutMs: 2 ** 31 - 1 };
  const clients = [await createClient(options), await createClient(options)];
  const pending = new Set();
  const controllers = [];
  let ended = 0;
  const codes = new Map();
  const call = () => {
    const controller = new AbortController();
    if (maybe(0.4)) controllers.push(controller);
    const options = { signal: controller.signal, ...(maybe(0.2) && { rateLimit: "fail" }) };
    const running = pick(CALLS)(pick(clients), 1 + below(3), options).then(
      () => "fulfilled",
      ({ code }) => code,
    );
    pending.add(running);
    running.then((outcome) => {
      ended++;
      codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
    });
  };
  for (let step = 0; step < 60; step++) {
    for (let count = below(6); count > 0; count--) call();
    if (maybe(0.3) && controllers.length > 0) controllers.splice(below(controllers.length), 1)[0].abort();
    await settle(2);
    advance(below(4) === 0 ? below(40_000) : below(2000));
    await settle(2);
  }
  for (let hours = 0; ended < pending.size; hours++) {
    assert.ok(hours < 400, `seed ${seed}: ${pending.size - ended} calls never end`);
    for (let part = 0; part < 4; part++) {
      advance(900_000);
      await settle(6);
    }
  }
  const rejections = emulator.requests.filter(({ code }) => code === 9);
  assert.deepEqual(rejections, [], `seed ${seed}: the service rejected a request`);
  for (const code of codes.keys()) {
    assert.ok(["fulfilled", "aborted", "rate_limited", "too_many_connections"].includes(code), `seed ${seed}: ${code}`);
  }
  const { used } = clients[0].rateLimits().find(({ name }) => name === "connections");
  assert.equal(used, 0, `seed ${seed}: a slot was not released`);
  t.mock.timers.reset();
  return emulator.requests.length;
}
