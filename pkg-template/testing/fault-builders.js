/**
 * Makes faults, one function for each kind of failure. The last argument selects the requests: see `FaultOptions`.
 *
 * @module
 */

import { TOO_MANY_CONCURRENT } from "./errors.js";
import { checkFault } from "./schema.js";
import { withoutUndefined } from "./validate.js";

/** @import { Fault, FaultOptions } from "./types.js" */

/**
 * @param {Fault} fault
 * @param {Fault} options
 * @returns {Fault}
 */
function makeFault(fault, options) {
  const made = withoutUndefined({ ...options, ...fault });
  checkFault(made);
  return made;
}

/**
 * The service's error N, in the requested format. The account does not process the request.
 *
 * @param {number} code The number N, for example 9 for too many requests.
 * @param {FaultOptions & { text?: string | undefined }} [options] `text` replaces the service's text of the error.
 * @returns {Fault}
 * @throws {TypeError} If an argument is invalid.
 *
 * @example
 * emulator.faults.push(faults.apiError(9, { to: "history.list", times: 2 }));
 */
export function apiError(code, options = {}) {
  return makeFault({ code }, options);
}

/**
 * The second cause of error 9: fifteen or more requests at the same time.
 *
 * @param {FaultOptions} [options]
 * @returns {Fault}
 * @throws {TypeError} If an option is invalid.
 *
 * @example
 * emulator.faults.push(faults.tooManyConcurrent());
 */
export function tooManyConcurrent(options = {}) {
  return makeFault({ code: 9, text: TOO_MANY_CONCURRENT }, options);
}

/**
 * The service's error as a line `ERROR = N (text)`, whatever format was requested.
 *
 * @param {number} [code] The number N; default the error of the ordinary response, or 1.
 * @param {FaultOptions & { text?: string | undefined }} [options] `text` replaces the service's text of the error.
 * @returns {Fault}
 * @throws {TypeError} If an argument is invalid.
 *
 * @example
 * emulator.faults.push(faults.plainError(1));
 */
export function plainError(code, options = {}) {
  return makeFault({ kind: "plain-error", code }, options);
}

/**
 * An HTTP status with nginx's page for it, or with another body. From 300, the account does not process the request.
 *
 * @param {number} status 200 to 599.
 * @param {FaultOptions & {
 *   retryAfter?: number | string | undefined,
 *   headers?: Record<string, string> | undefined,
 *   body?: string | Uint8Array | undefined,
 * }} [options] `retryAfter`: header `Retry-After`, in seconds or as an HTTP date.
 * @returns {Fault}
 * @throws {TypeError} If an argument is invalid.
 *
 * @example
 * emulator.faults.push(faults.httpStatus(503, { retryAfter: 5 }));
 */
export function httpStatus(status, { retryAfter, ...options } = {}) {
  const headers = retryAfter === undefined ? {} : { headers: { ...options.headers, "retry-after": String(retryAfter) } };
  return makeFault({ status, ...headers }, options);
}

/**
 * A redirect. The account does not process the request.
 *
 * @param {string} [location] Target; default the same path at another host.
 * @param {FaultOptions & { status?: number | undefined }} [options] `status`: default 302.
 * @returns {Fault}
 * @throws {TypeError} If an argument is invalid.
 *
 * @example
 * emulator.faults.push(faults.redirect("https://login.example/", { status: 307 }));
 */
export function redirect(location, options = {}) {
  return makeFault({ kind: "redirect", location }, options);
}

/**
 * No connection. With `processed: true` the connection breaks after the account has processed the request.
 *
 * @param {FaultOptions} [options]
 * @returns {Fault}
 * @throws {TypeError} If an option is invalid.
 *
 * @example
 * emulator.faults.push(faults.connectionFailure({ to: "senders.add", processed: true }));
 */
export function connectionFailure(options = {}) {
  return makeFault({ kind: "offline" }, options);
}

/**
 * No response until the request is aborted. The account does not process the request.
 *
 * @param {FaultOptions} [options]
 * @returns {Fault}
 * @throws {TypeError} If an option is invalid.
 *
 * @example
 * emulator.faults.push(faults.hang({ times: Infinity }));
 */
export function hang(options = {}) {
  return makeFault({ kind: "hang" }, options);
}

/**
 * A late response.
 *
 * @param {number} ms Delay of the response's head, in milliseconds of `setTimeout`.
 * @param {FaultOptions} [options]
 * @returns {Fault}
 * @throws {TypeError} If an argument is invalid.
 *
 * @example
 * emulator.faults.push(faults.delay(30_000));
 */
export function delay(ms, options = {}) {
  return makeFault({ delayMs: ms }, options);
}

/**
 * A response that waits for a promise.
 *
 * @param {PromiseLike<unknown>} promise The response's head follows once it is fulfilled; a rejection breaks the request.
 * @param {FaultOptions} [options]
 * @returns {Fault}
 * @throws {TypeError} If an argument is invalid.
 *
 * @example
 * let release;
 * emulator.faults.push(faults.delayUntil(new Promise((resolve) => (release = resolve))));
 */
export function delayUntil(promise, options = {}) {
  return makeFault({ until: promise }, options);
}

/**
 * A connection that breaks within the body.
 *
 * @param {number} bytes Bytes of the body that arrive.
 * @param {FaultOptions & { chunkBytes?: number | undefined }} [options] `chunkBytes`: size of the chunks.
 * @returns {Fault}
 * @throws {TypeError} If an argument is invalid.
 *
 * @example
 * emulator.faults.push(faults.truncatedBody(5000, { to: "tasks.download" }));
 */
export function truncatedBody(bytes, options = {}) {
  return makeFault({ truncateAfter: bytes }, options);
}

/**
 * A body that arrives slowly.
 *
 * @param {FaultOptions & { chunkBytes?: number | undefined, chunkDelayMs?: number | undefined }} [options] `chunkBytes`: size of the
 *   chunks, default 16 KiB. `chunkDelayMs`: delay before each chunk, default 1000.
 * @returns {Fault}
 * @throws {TypeError} If an option is invalid.
 *
 * @example
 * emulator.faults.push(faults.slowBody({ chunkBytes: 1000, chunkDelayMs: 500 }));
 */
export function slowBody(options = {}) {
  return makeFault({ chunkDelayMs: options.chunkDelayMs ?? 1000 }, options);
}

/**
 * Another body with status 200. A function receives the original bytes; with a text or bytes the account does not process the
 * request.
 *
 * @param {string | Uint8Array | ((bytes: Uint8Array) => Uint8Array | string)} body
 * @param {FaultOptions & { headers?: Record<string, string> | undefined }} [options] `headers` are added to the response's.
 * @returns {Fault}
 * @throws {TypeError} If an argument is invalid.
 *
 * @example
 * emulator.faults.push(faults.replacedBody('[{"status": 1'));
 */
export function replacedBody(body, options = {}) {
  return makeFault({ body }, options);
}

/**
 * Other headers with the ordinary response.
 *
 * @param {Record<string, string>} headers They override those of the same name.
 * @param {FaultOptions} [options]
 * @returns {Fault}
 * @throws {TypeError} If an argument is invalid.
 *
 * @example
 * emulator.faults.push(faults.responseHeaders({ "content-type": "text/html" }));
 */
export function responseHeaders(headers, options = {}) {
  return makeFault({ headers }, options);
}

/**
 * An empty body. The account processes the request.
 *
 * @param {FaultOptions} [options]
 * @returns {Fault}
 * @throws {TypeError} If an option is invalid.
 *
 * @example
 * emulator.faults.push(faults.emptyBody());
 */
export function emptyBody(options = {}) {
  return makeFault({ kind: "empty" }, options);
}

/**
 * A bare `OK`, whatever format was requested. The account processes the request.
 *
 * @param {FaultOptions} [options]
 * @returns {Fault}
 * @throws {TypeError} If an option is invalid.
 *
 * @example
 * emulator.faults.push(faults.bareOk({ to: "senders.update" }));
 */
export function bareOk(options = {}) {
  return makeFault({ kind: "ok" }, options);
}

/**
 * An HTML page with status 200, as a captive portal sends it. The account does not process the request.
 *
 * @param {FaultOptions} [options]
 * @returns {Fault}
 * @throws {TypeError} If an option is invalid.
 *
 * @example
 * emulator.faults.push(faults.htmlPage());
 */
export function htmlPage(options = {}) {
  return makeFault({ kind: "html" }, options);
}

/**
 * A body in another charset than its `Content-Type` says.
 *
 * @param {FaultOptions} [options]
 * @returns {Fault}
 * @throws {TypeError} If an option is invalid.
 *
 * @example
 * emulator.faults.push(faults.wrongCharset());
 */
export function wrongCharset(options = {}) {
  return makeFault({ kind: "wrong-charset" }, options);
}

/**
 * JSON with drifting types: numbers quoted, fields missing and added.
 *
 * @param {FaultOptions} [options]
 * @returns {Fault}
 * @throws {TypeError} If an option is invalid.
 *
 * @example
 * emulator.faults.push(faults.driftingTypes({ to: "history.list" }));
 */
export function driftingTypes(options = {}) {
  return makeFault({ kind: "drift" }, options);
}
