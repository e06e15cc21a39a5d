/** Processes one request to the account: checks the credentials and the limits, runs the command, and formats the response. */

import { balance } from "./balance.js";
import { md5 } from "./digest.js";
import { errorText, ServiceError } from "./errors.js";
import { errorResponse } from "./formats.js";
import { history } from "./history.js";
import { createLimits } from "./limits.js";
import { createRandom } from "./seed/random.js";
import { senders } from "./senders.js";
import { tasks } from "./tasks.js";

/** @import { EmulatorRequest, EmulatorSeed, EmulatorState, EmulatorTask, UploadedFile } from "./types.js" */

/**
 * Choices for behaviour that the service's pages do not specify.
 *
 * @typedef {object} Quirks
 * @property {boolean} drift
 * @property {boolean} plainErrors
 * @property {"en" | "ru"} language
 * @property {boolean} messageSpace
 * @property {"raw" | "space"} lineBreaks
 * @property {"ascending" | "descending"} taskOrder
 * @property {number} taskPage
 */

/**
 * The input of a command.
 *
 * @typedef {object} Call
 * @property {Record<string, string>} parameters
 * @property {UploadedFile[]} files
 * @property {number} fmt
 * @property {EmulatorState} account
 * @property {number} now Milliseconds of the emulator's clock.
 * @property {Quirks} quirks
 * @property {boolean} drift Whether the types in this response drift.
 * @property {() => number} random From 0 to 1.
 */

/** @typedef {{ text: string, fmt: number, code: number } | { task: EmulatorTask }} Result */

/** @type {Record<string, (call: Call) => string | EmulatorTask>} */
const SCRIPTS = { "get.php": history, "senders.php": senders, "downloads.php": tasks, "balance.php": balance };

/**
 * @param {EmulatorSeed} seed
 * @returns {Quirks}
 */
const readQuirks = (seed) => ({
  drift: seed.drift ?? false,
  plainErrors: seed.plainErrors ?? false,
  language: seed.language ?? "en",
  messageSpace: seed.messageSpace ?? true,
  lineBreaks: seed.lineBreaks ?? "raw",
  taskOrder: seed.taskOrder ?? "ascending",
  taskPage: seed.taskPage ?? 100,
});

/** The scripts that the emulator has. */
export const SCRIPT_NAMES = Object.keys(SCRIPTS);

/**
 * @param {string} script
 * @returns {boolean}
 */
export const isScript = (script) => Object.hasOwn(SCRIPTS, script);

/**
 * @typedef {object} Service
 * @property {(request: EmulatorRequest) => boolean} isAuthorized Whether the request has the account's API key, a key of `clientOptions`,
 *   or the login with the password or its MD5.
 * @property {(request: EmulatorRequest, drift: boolean, plain: boolean) => Result} handle Processes a request.
 * @property {(request: EmulatorRequest, code: number, text?: string, plain?: boolean) => Result} fail Creates an error response without processing the request.
 */

/**
 * @param {EmulatorState} account
 * @param {ReadonlySet<string>} clientKeys The keys of `clientOptions`.
 * @param {EmulatorSeed} seed
 * @returns {Service}
 */
export function createService(account, clientKeys, seed) {
  const quirks = readQuirks(seed);
  const random = createRandom((seed.random ?? 1) + 1);
  const checkLimits = createLimits(seed.limits ?? true, account, seed.now !== undefined);

  /** @type {Service["isAuthorized"]} */
  function isAuthorized({ parameters: { apikey, login, psw } }) {
    if (apikey) return apikey === account.apiKey || clientKeys.has(apikey);
    return login === account.login && (psw === account.password || psw === md5(account.password));
  }

  /** @type {Service["handle"]} */
  function handle(request, drift, plain) {
    try {
      if (account.blockedUntil > request.time) throw new ServiceError(4);
      if (!isAuthorized(request)) throw new ServiceError(2);
      checkLimits(request);
      const fmt = readFmt(request.parameters);
      if (fmt === undefined) throw new ServiceError(1);
      const { parameters, files, time: now } = request;
      const script = /** @type {(call: Call) => string | EmulatorTask} */ (SCRIPTS[request.script]);
      const result = script({ parameters, files, fmt, account, now, quirks, drift: drift || quirks.drift, random });
      return typeof result === "string" ? { text: result, fmt, code: 0 } : { task: result };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return fail(request, error.code, error.message, plain, drift);
    }
  }

  /**
   * @param {EmulatorRequest} request
   * @param {number} code
   * @param {string} [text]
   * @param {boolean} [plain]
   * @param {boolean} [drift]
   * @returns {Result}
   */
  function fail(request, code, text, plain = false, drift = false) {
    const requested = readFmt(request.parameters) ?? 0;
    const message = text || errorText(request.script, code, quirks.language);
    // Recorded: a line of plain text although JSON was requested.
    const fmt = plain || (quirks.plainErrors && requested === 3) ? 0 : requested;
    return { text: errorResponse(fmt, code, message, drift || quirks.drift), fmt: requested, code };
  }

  return { isAuthorized, handle, fail };
}

/**
 * @param {Record<string, string>} parameters
 * @returns {number | undefined} `undefined` for an unknown format.
 */
function readFmt({ fmt }) {
  if (!fmt) return 0;
  return /^[0-3]$/.test(fmt) ? Number(fmt) : undefined;
}
