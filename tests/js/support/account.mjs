/** What every suite starts from: an account on the emulator, a client of it, and ways to look at what came of a call. */
import assert from "node:assert/strict";
import { createClient, isSmscError } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";

export const NOW = Date.UTC(2026, 10, 22, 9, 0, 0);

/** An account without limits whose clock stands still, and a client of it. */
export async function setup(seed = {}, options = {}) {
  const emulator = createEmulator({ now: NOW, limits: false, ...seed });
  const smsc = await createClient({ apiKey: "demo-key", limits: "off", fetch: emulator.fetch, ...options });
  return { emulator, smsc };
}

/** A client whose requests are answered by a function, or by the same text again and again. */
export async function stubClient(answer, options = {}) {
  const fetch = stubFetch(answer);
  const smsc = await createClient({ apiKey: "demo-key", limits: "off", fetch, ...options });
  return { smsc, calls: fetch.calls };
}

/** A `fetch` that notes its calls. An answer is a text, a `Response`, or what a function of the call gives. */
export function stubFetch(answer) {
  const calls = [];
  const fetch = async (url, init) => {
    const call = { url, init, parameters: readForm(init.body), signal: init.signal };
    calls.push(call);
    const made = typeof answer === "function" ? await answer(call, calls.length) : answer;
    return typeof made === "string" ? new Response(made) : made;
  };
  fetch.calls = calls;
  return fetch;
}

const readForm = (body) => Object.fromEntries(typeof body === "string" ? new URLSearchParams(body) : body.entries());

/** What a promise rejects with, which has to be an `SmscError` of that code. */
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

/** Everything that an iterator gives. */
export async function collect(iterator) {
  const items = [];
  for await (const item of iterator) items.push(item);
  return items;
}

/** Waits until something holds, by turns of the event loop and not by the clock. */
export async function waitUntil(holds, turns = 10_000) {
  for (let turn = 0; !holds(); turn++) {
    assert.ok(turn < turns, "what was waited for did not come");
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Lets everything happen that needs no timer. */
export async function settle(turns = 20) {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The mocked clock of a test: `Date` and `setTimeout`, and the emulator's with them. */
export function mockClock(t, now = NOW) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now });
  return {
    /** Turns the clock step by step until the promise is settled, and gives it back. */
    async run(promise, { step = 250, most = 3 * 3_600_000, emulator } = {}) {
      let settled = false;
      const note = () => {
        settled = true;
      };
      promise.then(note, note);
      for (let passed = 0; ; passed += step) {
        await settle();
        if (settled) return promise;
        assert.ok(passed < most, "the call was not over in time");
        emulator?.advance(step);
        t.mock.timers.tick(step);
      }
    },
    tick: (ms) => t.mock.timers.tick(ms),
  };
}
