/** Makes faults, one function for each kind of failure. */

import { TOO_MANY_CONCURRENT } from "./errors.js";
import { checkFault } from "./seed-schema.js";
import { withoutUndefined } from "./validate.js";

/** @import { Fault, FaultBuilders } from "./types.js" */

/**
 * @param {Fault} fault
 * @param {Fault | undefined} options
 * @returns {Fault}
 */
function makeFault(fault, options) {
  const made = withoutUndefined({ ...options, ...withoutUndefined(fault) });
  checkFault(made);
  return made;
}

/** @type {FaultBuilders} */
const builders = {
  apiError: (code, options) => makeFault({ code }, options),
  tooManyConcurrent: (options) => makeFault({ code: 9, text: TOO_MANY_CONCURRENT }, options),
  plainError: (code, options) => makeFault({ kind: "plain-error", code }, options),
  httpStatus: (status, { retryAfter, ...options } = {}) =>
    makeFault(
      {
        status,
        headers: retryAfter === undefined ? options.headers : { ...options.headers, "retry-after": String(retryAfter) },
      },
      options,
    ),
  redirect: (location, options) => makeFault({ kind: "redirect", location }, options),
  connectionFailure: (options) => makeFault({ kind: "offline" }, options),
  hang: (options) => makeFault({ kind: "hang" }, options),
  delay: (ms, options) => makeFault({ delayMs: ms }, options),
  delayUntil: (promise, options) => makeFault({ until: promise }, options),
  truncatedBody: (bytes, options) => makeFault({ truncateAfter: bytes }, options),
  slowBody: (options) => makeFault({ chunkDelayMs: options?.chunkDelayMs ?? 1000 }, options),
  replacedBody: (body, options) => makeFault({ body }, options),
  responseHeaders: (headers, options) => makeFault({ headers }, options),
  emptyBody: (options) => makeFault({ kind: "empty" }, options),
  bareOk: (options) => makeFault({ kind: "ok" }, options),
  htmlPage: (options) => makeFault({ kind: "html" }, options),
  wrongCharset: (options) => makeFault({ kind: "wrong-charset" }, options),
  driftingTypes: (options) => makeFault({ kind: "drift" }, options),
};

/**
 * One function for each kind of failure. Push the result to `emulator.faults`.
 *
 * @example
 * emulator.faults.push(faults.httpStatus(503, { retryAfter: 5 }), faults.hang({ to: "tasks.list" }));
 */
export const faults = Object.freeze(builders);
