/**
 * `smsc-wasm/testing`: an in-memory SMSC service for tests and experiments. It is written independently from the service's
 * documentation, in plain JavaScript, and shares no code with the client. It runs in every runtime that has `fetch`.
 *
 * @example
 * const emulator = createEmulator();
 * const smsc = await createClient(emulator.clientOptions());
 *
 * @module
 */

import { createAccount } from "./account.js";
import { createClientKey } from "./client-keys.js";
import { createClock } from "./clock.js";
import { createFetch } from "./fetch.js";
import { createListen } from "./listen.js";
import { createFaultList } from "./pending-faults.js";
import { createRequestHandler } from "./request-handler.js";
import { isRequestTo, requestName } from "./request-names.js";
import { checkSeed } from "./seed-schema.js";
import { createService } from "./service.js";

export { faults } from "./fault-builders.js";
export { makeCsv, messagesToCsv } from "./seed/csv.js";
export { makeMessages } from "./seed/messages.js";
export { SENDER_TIMES } from "./sender-lifecycle.js";
export { TASK_TIMES } from "./task-lifecycle.js";

/** @import { Emulator, EmulatorRequest, EmulatorSeed } from "./types.js" */

/**
 * Creates an emulator of the service with one account. Emulators share no state.
 *
 * @param {EmulatorSeed} [seed] Initial state of the account and options. Missing fields get generated values, the same each time.
 * @returns {Emulator}
 * @throws {TypeError} If a key is unknown or a value is invalid; the message has its path, for example `messages[0].status`.
 *
 * @example
 * const emulator = createEmulator({ messages: [{ phone: "79161234567", status: 1 }], senders: [], tasks: [] });
 */
export function createEmulator(seed = {}) {
  checkSeed(seed);
  const clock = createClock(seed.now);
  const account = createAccount(seed, clock.now);
  const faultList = createFaultList();
  /** @type {EmulatorRequest[]} */
  const requests = [];
  let clientKey = createClientKey();
  const clientKeys = new Set([clientKey]);
  const { cors = false, latencyMs = 0 } = seed;
  const newService = () => createService(account.state, clientKeys, seed);
  const server = createRequestHandler(
    { now: clock.now, requests, selectFault: faultList.select, cors, latencyMs },
    newService(),
  );
  const fetch = createFetch(server.serve);

  return {
    fetch,
    state: account.state,
    requests,
    get faults() {
      return faultList.faults;
    },
    set faults(given) {
      faultList.replace(given);
    },
    now: clock.now,
    advance: clock.advance,
    clientOptions(overrides = {}) {
      // The client takes `null` as absent, too.
      const isGiven = (/** @type {unknown} */ value) => value !== undefined && value !== null;
      const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => isGiven(value)));
      const has = (/** @type {string[]} */ ...names) => names.some((name) => name in given);
      const options = {
        ...(has("apiKey", "login", "credentials") ? {} : { apiKey: clientKey }),
        ...(seed.limits === false && !has("rateLimit", "rateLimiter") ? { rateLimit: "off" } : {}),
        fetch,
        dangerouslyAllowBrowser: true,
      };
      return /** @type {any} */ ({ ...options, ...given });
    },
    requestsTo(name) {
      requestName(name, "name");
      return requests.filter((request) => isRequestTo(request, name));
    },
    reset() {
      clock.reset();
      account.reset();
      faultList.clear();
      requests.length = 0;
      clientKey = createClientKey();
      clientKeys.add(clientKey);
      server.reset(newService());
    },
    listen: createListen(server.serve),
  };
}
