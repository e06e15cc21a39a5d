/**
 * The documented rate limits, over a sliding window of the emulator's clock. The service does not define "identical" requests:
 * the emulator compares the script and all parameters except the credentials and `fmt`. A rejected request is not counted, so a
 * client that waits long enough is accepted. If the clock stands still, no wait is long enough: the error's text says so.
 */

import { ServiceError, TOO_MANY_CONCURRENT } from "./errors.js";
import { senderCommand } from "./senders.js";
import { taskCommand } from "./tasks.js";

/** @import { EmulatorRequest, EmulatorSeed, EmulatorState } from "./types.js" */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** "… п'ятнадцяти і більше запитів одночасно з різних підключень під одним логіном" */
const REJECTED_CONCURRENCY = 15;

/** @typedef {{ key: string, limit: number, windowMs: number }} Scope */

/**
 * @param {EmulatorSeed["limits"]} option
 * @param {EmulatorState} account
 * @param {boolean} isFrozen Whether only `advance` moves the clock.
 * @returns {(request: EmulatorRequest) => void} Throws a `ServiceError` if the request exceeds a limit.
 */
export function createLimits(option, account, isFrozen) {
  if (option === false) return () => {};
  const { blockAfter = Number.POSITIVE_INFINITY, blockMs = 10 * MINUTE } = typeof option === "object" ? option : {};
  /** @type {Map<string, number[]>} */
  const requestTimes = new Map();
  /** @type {number[]} */
  let rejections = [];

  /**
   * @param {number} now
   * @param {string} [text]
   * @returns {never}
   */
  function reject(now, text) {
    rejections = [...rejections.filter((time) => now - time < HOUR), now];
    if (rejections.length >= blockAfter) {
      account.blockedUntil = now + blockMs;
      rejections = [];
    }
    throw new ServiceError(9, text);
  }

  return (request) => {
    const now = request.time;
    if (request.inFlight >= REJECTED_CONCURRENCY) reject(now, TOO_MANY_CONCURRENT);
    const scopes = scopesOf(request);
    for (const { key, limit, windowMs } of scopes) {
      const recent = (requestTimes.get(key) ?? []).filter((time) => now - time < windowMs);
      requestTimes.set(key, recent);
      if (recent.length >= limit) {
        const freeInMs = /** @type {number} */ (recent[recent.length - limit]) + windowMs - now;
        reject(now, isFrozen ? frozenText(freeInMs) : undefined);
      }
    }
    for (const { key } of scopes) requestTimes.get(key)?.push(now);
  };
}

/**
 * @param {number} ms
 * @returns {string}
 */
const frozenText = (ms) =>
  `too many requests: the emulator's clock stands still at \`now\`, call emulator.advance(${ms}) or pass limits: false`;

/**
 * @param {EmulatorRequest} request
 * @returns {Scope[]}
 */
function scopesOf({ script, parameters }) {
  const identical = { key: requestKey(script, parameters), limit: 3, windowMs: MINUTE };
  if (script === "get.php") return [identical, { key: "history", limit: 30, windowMs: HOUR }];
  if (script === "downloads.php" && taskCommand(parameters)) return [identical];
  if (script !== "senders.php") return [];
  const command = senderCommand(parameters);
  if (command === "add") return [{ key: "add", limit: 5, windowMs: MINUTE }];
  return command === "get" ? [identical] : [];
}

/**
 * @param {string} script
 * @param {Record<string, string>} parameters
 * @returns {string}
 */
function requestKey(script, parameters) {
  const { login, psw, apikey, fmt, ...others } = parameters;
  return JSON.stringify([script, ...Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
