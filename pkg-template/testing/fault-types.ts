/** The public types of faults. */

import type { EmulatorRequest, RequestName } from "./types.js";

/**
 * The kind of a failure:
 *
 * * `"offline"`: no connection; with `processed: true` the connection breaks after the request was processed
 * * `"hang"`: no response
 * * `"html"`: an HTML page instead of the response, with status 200
 * * `"empty"`: an empty body
 * * `"ok"`: a bare `OK`, in every format
 * * `"plain-error"`: `ERROR = N (text)` in every format; N is `code`, the error of the response, or 1
 * * `"wrong-charset"`: the charset of the body differs from its Content-Type
 * * `"drift"`: JSON with drifting types, as with the `drift` option
 * * `"redirect"`: a redirect (`status`, default 302) to `location`
 */
export type FaultKind =
  | "offline"
  | "hang"
  | "html"
  | "empty"
  | "ok"
  | "plain-error"
  | "wrong-charset"
  | "drift"
  | "redirect";

/** The requests to which a fault applies, and how often. */
export interface FaultOptions {
  /** Only requests of this method of the client, or for this script; default all. */
  to?: RequestName | undefined;
  /** Only requests for which this returns true; default all. */
  when?: ((request: EmulatorRequest) => boolean) | undefined;
  /** Number of requests; default 1, `Infinity` for all. */
  times?: number | undefined;
  /** Whether the account processes the request; default: only if its response is used. */
  processed?: boolean | undefined;
  /** Delay before the head of the response, in real milliseconds; default 0. */
  delayMs?: number | undefined;
}

/**
 * A failure of the next matching request; `faults` makes one of each kind. The emulator applies the first matching fault of the
 * list, and removes it after one use, or after `times` uses.
 *
 * If a fault replaces the response (`"offline"`, `"hang"`, `"html"`, `"redirect"`, `code`, `status`, a `body` that is not a
 * function), the account does not process the request. With every other fault it does. `processed` overrides both.
 */
export interface Fault extends FaultOptions {
  /** Delays the head of the response until this settles. */
  until?: PromiseLike<unknown> | undefined;
  /** Kind of failure, see `FaultKind`. */
  kind?: FaultKind | undefined;
  /** Responds with the service's error N, in the requested format. */
  code?: number | undefined;
  /** Text of that error. */
  text?: string | undefined;
  /** HTTP status, 200 to 599; from 300, the body is nginx's page for it unless `body` is set. */
  status?: number | undefined;
  /** Added to the response's headers; they override those of the same name. */
  headers?: Record<string, string> | undefined;
  /** Replaces the body; a function receives the original bytes. */
  body?: string | Uint8Array | ((bytes: Uint8Array) => Uint8Array | string) | undefined;
  /** Breaks the connection after this many bytes of the body. */
  truncateAfter?: number | undefined;
  /** Sends the body in chunks of this many bytes. */
  chunkBytes?: number | undefined;
  /** Delay before each chunk, in real milliseconds; default 0. */
  chunkDelayMs?: number | undefined;
  /** Target of `"redirect"`; default the same path at another host. */
  location?: string | undefined;
}

/** Makes faults, one function for each kind of failure. The last argument selects the requests: see `FaultOptions`. */
export interface FaultBuilders {
  /**
   * The service's error N, in the requested format. The account does not process the request.
   *
   * @param code The number N, for example 9 for too many requests.
   * @param options `text` replaces the service's text of the error.
   * @throws {TypeError} If an argument is invalid.
   *
   * @example
   * emulator.faults.push(faults.apiError(9, { to: "history.list", times: 2 }));
   */
  apiError(code: number, options?: FaultOptions & { text?: string | undefined }): Fault;

  /**
   * The second cause of error 9: fifteen or more requests at the same time.
   *
   * @throws {TypeError} If an option is invalid.
   *
   * @example
   * emulator.faults.push(faults.tooManyConcurrent());
   */
  tooManyConcurrent(options?: FaultOptions): Fault;

  /**
   * The service's error as a line `ERROR = N (text)`, whatever format was requested.
   *
   * @param code The number N; default the error of the ordinary response, or 1.
   * @param options `text` replaces the service's text of the error.
   * @throws {TypeError} If an argument is invalid.
   *
   * @example
   * emulator.faults.push(faults.plainError(1));
   */
  plainError(code?: number, options?: FaultOptions & { text?: string | undefined }): Fault;

  /**
   * An HTTP status with nginx's page for it, or with another body. From 300, the account does not process the request.
   *
   * @param status 200 to 599.
   * @param options `retryAfter`: header `Retry-After`, in seconds or as an HTTP date.
   * @throws {TypeError} If an argument is invalid.
   *
   * @example
   * emulator.faults.push(faults.httpStatus(503, { retryAfter: 5 }));
   */
  httpStatus(
    status: number,
    options?: FaultOptions & {
      retryAfter?: number | string | undefined;
      headers?: Record<string, string> | undefined;
      body?: string | Uint8Array | undefined;
    },
  ): Fault;

  /**
   * A redirect. The account does not process the request.
   *
   * @param location Target; default the same path at another host.
   * @param options `status`: default 302.
   * @throws {TypeError} If an argument is invalid.
   *
   * @example
   * emulator.faults.push(faults.redirect("https://login.example/", { status: 307 }));
   */
  redirect(location?: string, options?: FaultOptions & { status?: number | undefined }): Fault;

  /**
   * No connection. With `processed: true` the connection breaks after the account has processed the request.
   *
   * @throws {TypeError} If an option is invalid.
   *
   * @example
   * emulator.faults.push(faults.connectionFailure({ to: "senders.add", processed: true }));
   */
  connectionFailure(options?: FaultOptions): Fault;

  /**
   * No response until the request is aborted. The account does not process the request.
   *
   * @throws {TypeError} If an option is invalid.
   *
   * @example
   * emulator.faults.push(faults.hang({ times: Infinity }));
   */
  hang(options?: FaultOptions): Fault;

  /**
   * A late response.
   *
   * @param ms Delay of the response's head, in milliseconds of `setTimeout`.
   * @throws {TypeError} If an argument is invalid.
   *
   * @example
   * emulator.faults.push(faults.delay(30_000));
   */
  delay(ms: number, options?: FaultOptions): Fault;

  /**
   * A response that waits for a promise.
   *
   * @param promise The response's head follows once it is fulfilled; a rejection breaks the request.
   * @throws {TypeError} If an argument is invalid.
   *
   * @example
   * let release;
   * emulator.faults.push(faults.delayUntil(new Promise((resolve) => (release = resolve))));
   */
  delayUntil(promise: PromiseLike<unknown>, options?: FaultOptions): Fault;

  /**
   * A connection that breaks within the body.
   *
   * @param bytes Bytes of the body that arrive.
   * @param options `chunkBytes`: size of the chunks.
   * @throws {TypeError} If an argument is invalid.
   *
   * @example
   * emulator.faults.push(faults.truncatedBody(5000, { to: "tasks.download" }));
   */
  truncatedBody(bytes: number, options?: FaultOptions & { chunkBytes?: number | undefined }): Fault;

  /**
   * A body that arrives slowly.
   *
   * @param options `chunkBytes`: size of the
   *   chunks, default 16 KiB. `chunkDelayMs`: delay before each chunk, default 1000.
   * @throws {TypeError} If an option is invalid.
   *
   * @example
   * emulator.faults.push(faults.slowBody({ chunkBytes: 1000, chunkDelayMs: 500 }));
   */
  slowBody(options?: FaultOptions & { chunkBytes?: number | undefined; chunkDelayMs?: number | undefined }): Fault;

  /**
   * Another body with status 200. A function receives the original bytes; with a text or bytes the account does not process the
   * request.
   *
   * @param body
   * @param options `headers` are added to the response's.
   * @throws {TypeError} If an argument is invalid.
   *
   * @example
   * emulator.faults.push(faults.replacedBody('[{"status": 1'));
   */
  replacedBody(
    body: string | Uint8Array | ((bytes: Uint8Array) => Uint8Array | string),
    options?: FaultOptions & { headers?: Record<string, string> | undefined },
  ): Fault;

  /**
   * Other headers with the ordinary response.
   *
   * @param headers They override those of the same name.
   * @throws {TypeError} If an argument is invalid.
   *
   * @example
   * emulator.faults.push(faults.responseHeaders({ "content-type": "text/html" }));
   */
  responseHeaders(headers: Record<string, string>, options?: FaultOptions): Fault;

  /**
   * An empty body. The account processes the request.
   *
   * @throws {TypeError} If an option is invalid.
   *
   * @example
   * emulator.faults.push(faults.emptyBody());
   */
  emptyBody(options?: FaultOptions): Fault;

  /**
   * A bare `OK`, whatever format was requested. The account processes the request.
   *
   * @throws {TypeError} If an option is invalid.
   *
   * @example
   * emulator.faults.push(faults.bareOk({ to: "senders.update" }));
   */
  bareOk(options?: FaultOptions): Fault;

  /**
   * An HTML page with status 200, as a captive portal sends it. The account does not process the request.
   *
   * @throws {TypeError} If an option is invalid.
   *
   * @example
   * emulator.faults.push(faults.htmlPage());
   */
  htmlPage(options?: FaultOptions): Fault;

  /**
   * A body in another charset than its `Content-Type` says.
   *
   * @throws {TypeError} If an option is invalid.
   *
   * @example
   * emulator.faults.push(faults.wrongCharset());
   */
  wrongCharset(options?: FaultOptions): Fault;

  /**
   * JSON with drifting types: numbers quoted, fields missing and added.
   *
   * @throws {TypeError} If an option is invalid.
   *
   * @example
   * emulator.faults.push(faults.driftingTypes({ to: "history.list" }));
   */
  driftingTypes(options?: FaultOptions): Fault;
}
