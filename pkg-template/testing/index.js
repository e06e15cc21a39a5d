/**
 * `smsc-wasm/testing`: an in-memory SMSC service for tests and experiments. It is written independently from the service's
 * documentation, in plain JavaScript, and shares no code with the client. It runs in every runtime that has `fetch`.
 *
 * @example
 * const emulator = createEmulator();
 * const smsc = await createClient({ apiKey: "demo-key", fetch: emulator.fetch });
 *
 * @module
 */

import { createAccount } from "./account.js";
import { createClock } from "./clock.js";
import { createFetch } from "./fetch.js";
import { createListen } from "./listen.js";
import { createRandom } from "./seed/random.js";
import { createServer } from "./server.js";
import { createService } from "./service.js";

export { makeCsv, messagesToCsv } from "./seed/csv.js";
export { makeMessages } from "./seed/messages.js";
export { SENDER_TIMES } from "./sender-lifecycle.js";
export { TASK_TIMES } from "./task-lifecycle.js";

/** @typedef {import("./types.js").Emulator} Emulator */
/** @typedef {import("./types.js").EmulatorCode} EmulatorCode */
/** @typedef {import("./types.js").EmulatorFile} EmulatorFile */
/** @typedef {import("./types.js").EmulatorMessage} EmulatorMessage */
/** @typedef {import("./types.js").EmulatorRequest} EmulatorRequest */
/** @typedef {import("./types.js").EmulatorSeed} EmulatorSeed */
/** @typedef {import("./types.js").EmulatorSender} EmulatorSender */
/** @typedef {import("./types.js").EmulatorState} EmulatorState */
/** @typedef {import("./types.js").EmulatorTask} EmulatorTask */
/** @typedef {import("./types.js").Fault} Fault */
/** @typedef {import("./types.js").FaultKind} FaultKind */
/** @typedef {import("./types.js").Listener} Listener */
/** @typedef {import("./types.js").SenderEvent} SenderEvent */
/** @typedef {import("./types.js").TaskContent} TaskContent */
/** @typedef {import("./types.js").TaskEvent} TaskEvent */
/** @typedef {import("./types.js").UploadedFile} UploadedFile */

const OPTIONS = new Set([
  "messages",
  "senders",
  "tasks",
  "login",
  "password",
  "apiKey",
  "limits",
  "now",
  "random",
  "drift",
  "plainErrors",
  "language",
  "messageSpace",
  "lineBreaks",
  "taskOrder",
  "taskPage",
  "cors",
  "latencyMs",
]);

/**
 * Creates an emulator of the service with one account. Emulators share no state.
 *
 * @param {import("./types.js").EmulatorSeed} [seed] Initial state of the account and options. Missing fields get generated values,
 *   the same each time.
 * @returns {import("./types.js").Emulator}
 * @throws {TypeError} If an option is unknown or `now` is not a valid time.
 */
export function createEmulator(seed = {}) {
  const unknown = Object.keys(seed).filter((name) => !OPTIONS.has(name));
  if (unknown.length > 0) throw new TypeError(`createEmulator: unknown option ${unknown.join(", ")}`);

  const clock = createClock(seed.now);
  const state = createAccount(seed, clock.now);
  const quirks = {
    drift: seed.drift ?? false,
    plainErrors: seed.plainErrors ?? false,
    language: seed.language ?? "en",
    messageSpace: seed.messageSpace ?? true,
    lineBreaks: seed.lineBreaks ?? "raw",
    taskOrder: seed.taskOrder ?? "ascending",
    taskPage: seed.taskPage ?? 100,
  };
  const service = createService(state, quirks, seed.limits ?? true, createRandom((seed.random ?? 1) + 1));
  /** @type {import("./types.js").EmulatorRequest[]} */
  const requests = [];
  /** @type {import("./types.js").Fault[]} */
  const faults = [];
  const { cors = false, latencyMs = 0 } = seed;
  const serve = createServer({ service, now: clock.now, requests, faults, cors, latencyMs });
  return {
    fetch: createFetch(serve),
    state,
    requests,
    faults,
    now: clock.now,
    advance: clock.advance,
    listen: createListen(serve),
  };
}
