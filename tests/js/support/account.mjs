/**
 * Shared by the suites: an emulated account with a client, stubs of `fetch`, a mocked clock, and assertions on the outcome of a
 * call.
 */
import assert from "node:assert/strict";
import { createClient, isSmscError } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";

export const NOW = Date.UTC(2026, 10, 22, 9, 0, 0);

/** Creates an account without limits, with a stopped clock, and a client of it. */
export async function setup(seed = {}, options = {}) {
  const emulator = createEmulator({ now: NOW, limits: false, ...seed });
  const smsc = await createClient({ apiKey: "demo-key", rateLimit: "off", fetch: emulator.fetch, ...options });
  return { emulator, smsc };
}

/** A client whose `fetch` returns the given response, or the result of the given function. */
export async function stubClient(response, options = {}) {
  const fetch = stubFetch(response);
  const smsc = await createClient({ apiKey: "demo-key", rateLimit: "off", fetch, ...options });
  return { smsc, calls: fetch.calls };
}

/** A `fetch` that records its calls. The response is a string, a `Response`, or the result of a function of the call. */
export function stubFetch(response) {
  const calls = [];
  const fetch = async (url, init) => {
    const call = { url, init, parameters: readForm(init.body), signal: init.signal };
    calls.push(call);
    const result = typeof response === "function" ? await response(call, calls.length) : response;
    return typeof result === "string" ? new Response(result) : result;
  };
  fetch.calls = calls;
  return fetch;
}

const readForm = (body) => Object.fromEntries(typeof body === "string" ? new URLSearchParams(body) : body.entries());

/** Asserts that a promise rejects with an `SmscError` of the code, and returns the error. */
export async function rejectsWith(promise, code) {
  let error;
  try {
    await promise;
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error !== undefined, `expected ${code}, and the call succeeded`);
  assert.ok(isSmscError(error), `expected ${code}, and got ${error?.stack ?? error}`);
  assert.equal(error.code, code, error.stack);
  return error;
}

/** All items of an iterator. */
export async function collect(iterator) {
  const items = [];
  for await (const item of iterator) items.push(item);
  return items;
}

/** Waits until the condition holds, by turns of the event loop and not by time. */
export async function waitUntil(condition, turns = 10_000) {
  for (let turn = 0; !condition(); turn++) {
    assert.ok(turn < turns, "the condition was not met in time");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Lets all pending work finish that needs no timer. */
export async function settle(turns = 20) {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Mocks `Date`, `performance.now` and `setTimeout` for a test. */
export function mockClock(t, now = NOW) {
  const began = performance.now();
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now });
  t.mock.method(performance, "now", () => began + Date.now() - now);
  return {
    /** Advances the clock, and the emulator's, step by step until the promise is settled. Returns the promise. */
    async run(promise, { step = 250, maxMs = 3 * 3_600_000, emulator } = {}) {
      let settled = false;
      const onSettled = () => {
        settled = true;
      };
      promise.then(onSettled, onSettled);
      for (let passed = 0; ; passed += step) {
        await settle();
        if (settled) return promise;
        assert.ok(passed < maxMs, "the call did not end in time");
        emulator?.advance(step);
        t.mock.timers.tick(step);
      }
    },
    tick: (ms) => t.mock.timers.tick(ms),
  };
}
