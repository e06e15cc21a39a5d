/** A drop-in for `globalThis.fetch` that sends the requests for any host to the emulator. */

import { ConnectionFailure } from "./body.js";
import { copyBytes, isByteArray } from "./bytes.js";
import { readBody } from "./request-body.js";

/** @import { WireRequest } from "./http.js" */
/** @import { ChunkIterator, Serve, WireResponse } from "./request-handler.js" */

const MAX_REDIRECTS = 20;

/**
 * @param {Serve} serve
 * @returns {typeof globalThis.fetch}
 */
export function createFetch(serve) {
  return async (input, init) => {
    const request = readInput(input, init);
    if (request.signal?.aborted) throw request.signal.reason;
    let wire = "then" in request.wire ? await request.wire : request.wire;
    for (let redirects = 0; ; redirects++) {
      const response = await serve(wire, request.signal).catch(rethrowNetworkError);
      // An abort before the caller had the response: its body is never read.
      if (request.signal?.aborted) {
        discard(response.body);
        throw request.signal.reason;
      }
      const location = response.status >= 300 && response.status < 400 ? response.headers.location : undefined;
      if (location === undefined || request.redirect === "manual") {
        return makeResponse(response, wire.url, redirects > 0, request.signal);
      }
      discard(response.body);
      if (request.redirect === "error" || redirects === MAX_REDIRECTS) throw new TypeError("fetch failed");
      wire = redirectRequest(wire, response.status, location);
    }
  };
}

/**
 * @typedef {object} FetchRequest
 * @property {WireRequest | Promise<WireRequest>} wire A promise only if the body must be read asynchronously.
 * @property {AbortSignal | undefined} signal
 * @property {RequestRedirect} redirect
 */

/**
 * Reads the arguments of `fetch`. A request is recognized by its members, because it can be of another realm.
 *
 * @param {RequestInfo | URL} input
 * @param {RequestInit | null | undefined} init
 * @returns {FetchRequest}
 */
function readInput(input, init) {
  const options = init ?? {};
  const request = typeof input === "object" && "method" in input ? input : undefined;
  const method = options.method ?? request?.method ?? "GET";
  const verb = /^(get|post|head|put|delete|options)$/i.test(method) ? method.toUpperCase() : method;
  const url = request ? request.url : new URL(String(input), globalThis.location?.href).href;
  const headers = new Headers(options.headers ?? request?.headers);
  const signal = options.signal ?? request?.signal;
  const redirect = options.redirect ?? request?.redirect ?? "follow";
  const body = options.body ?? null;
  if (body !== null && (verb === "GET" || verb === "HEAD")) {
    throw new TypeError("Request with GET/HEAD method cannot have body.");
  }
  const { bytes, type } = request && body === null ? { bytes: readRequest(request) } : readBody(body);
  if (type && !headers.has("content-type")) headers.set("content-type", type);
  const wire =
    "then" in bytes ? bytes.then((read) => makeWire(verb, url, headers, read)) : makeWire(verb, url, headers, bytes);
  return { wire, signal, redirect };
}

/**
 * @param {Request} request
 * @returns {Promise<Uint8Array>}
 */
const readRequest = async (request) => copyBytes(await request.arrayBuffer());

/**
 * @param {string} method
 * @param {string} url
 * @param {Headers} headers
 * @param {Uint8Array} bytes
 * @returns {WireRequest}
 */
function makeWire(method, url, headers, bytes) {
  /** @type {Record<string, string>} */
  const record = {};
  headers.forEach((value, name) => {
    record[name] = value;
  });
  return { method, url: url.replace(/#.*$/, ""), headers: record, bytes };
}

/**
 * The next request of a redirect. Only 307 and 308 keep the body.
 *
 * @param {WireRequest} wire
 * @param {number} status
 * @param {string} location
 * @returns {WireRequest}
 */
function redirectRequest(wire, status, location) {
  const url = new URL(location, wire.url).href;
  if (status === 307 || status === 308) return { ...wire, url };
  const { "content-type": type, "content-length": length, ...headers } = wire.headers;
  return { method: "GET", url, headers, bytes: new Uint8Array() };
}

/**
 * Rethrows a connection failure as `fetch` does: as a TypeError whose cause is the socket error.
 *
 * @param {unknown} error
 * @returns {never}
 */
function rethrowNetworkError(error) {
  throw error instanceof ConnectionFailure ? new TypeError("fetch failed", { cause: error }) : error;
}

/**
 * Ends a body that is not read, whose request would stay in flight.
 *
 * @param {WireResponse["body"]} body
 */
function discard(body) {
  if (!isByteArray(body)) body.return().catch(() => {});
}

/**
 * @param {WireResponse} response
 * @param {string} url
 * @param {boolean} wasRedirected
 * @param {AbortSignal | undefined} signal
 * @returns {Response}
 */
function makeResponse({ status, headers, body }, url, wasRedirected, signal) {
  const isBodyNull = status === 204 || status === 205 || status === 304;
  if (isBodyNull) discard(body);
  const content = isByteArray(body) ? /** @type {BufferSource} */ (body) : makeStream(body, signal);
  const response = new Response(isBodyNull ? null : content, { status, headers });
  Object.defineProperty(response, "url", { value: url });
  Object.defineProperty(response, "redirected", { value: wasRedirected });
  return response;
}

/**
 * Does not read ahead: a chunk is produced on demand, and none after a cancel or an abort.
 *
 * @param {ChunkIterator} source
 * @param {AbortSignal | undefined} signal
 * @returns {ReadableStream<Uint8Array>}
 */
function makeStream(source, signal) {
  let abort = () => {};
  const removeListener = () => signal?.removeEventListener("abort", abort);
  return new ReadableStream(
    {
      start(controller) {
        abort = () => {
          controller.error(signal?.reason);
          // The outcome of a chunk in flight no longer matters.
          source.return().catch(() => {});
        };
        signal?.addEventListener("abort", abort, { once: true });
      },
      async pull(controller) {
        try {
          const { done, value } = await source.next();
          if (!done) return controller.enqueue(value);
          removeListener();
          controller.close();
        } catch (error) {
          removeListener();
          controller.error(error instanceof ConnectionFailure ? new TypeError("terminated", { cause: error }) : error);
        }
      },
      async cancel() {
        removeListener();
        await source.return();
      },
    },
    { highWaterMark: 0 },
  );
}
