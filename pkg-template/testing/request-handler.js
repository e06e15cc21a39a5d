/**
 * Handles a request independently of the transport; `fetch` and `listen` both use it. Records the requests, counts those in
 * flight, and applies the faults.
 */

import { applyFault, htmlResponse, isProcessed, replacementPage } from "./apply-fault.js";
import { ConnectionFailure, chunks } from "./body.js";
import { isByteArray } from "./bytes.js";
import { encodeText } from "./charset.js";
import { contentType } from "./formats.js";
import { parseRequest } from "./http.js";
import { nginxPage } from "./pages.js";
import { isScript, SCRIPT_NAMES } from "./service.js";
import { abortable, sleep, untilAborted } from "./waiting.js";

/** @import { EmulatorRequest, EmulatorTask, Fault } from "./types.js" */
/** @import { ResponseParts } from "./apply-fault.js" */
/** @import { WireRequest } from "./http.js" */
/** @import { Service } from "./service.js" */

/**
 * @typedef {object} WireResponse
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {Uint8Array | ChunkIterator} body
 */

/** @typedef {AsyncIterable<Uint8Array> & { next: () => Promise<IteratorResult<Uint8Array, void>>, return: () => Promise<IteratorResult<Uint8Array, void>> }} ChunkIterator */

/** @typedef {(wire: WireRequest, signal?: AbortSignal) => Promise<WireResponse>} Serve */

/**
 * @typedef {object} ServerOptions
 * @property {() => number} now
 * @property {EmulatorRequest[]} requests
 * @property {(request: EmulatorRequest) => Fault | undefined} selectFault
 * @property {boolean} cors
 * @property {number} latencyMs
 */

/**
 * @typedef {object} Server
 * @property {Serve} serve
 * @property {(service: Service) => void} reset Continues with another service. Forgets the requests in flight.
 */

/**
 * @param {ServerOptions} options
 * @param {Service} initialService
 * @returns {Server}
 */
export function createRequestHandler({ now, requests, selectFault, cors, latencyMs }, initialService) {
  let service = initialService;
  /** @type {Set<EmulatorRequest>} The account's requests. */
  let inFlight = new Set();

  /**
   * @param {WireRequest} wire
   * @returns {EmulatorRequest}
   */
  function recordRequest(wire) {
    const { method, url, headers } = wire;
    const parsed = parseRequest(wire);
    /** @type {EmulatorRequest} */
    const request = {
      ...parsed,
      method,
      url,
      headers,
      time: now(),
      inFlight: inFlight.size,
      code: 0,
      httpStatus: 0,
      outcome: "in flight",
    };
    if (isScript(request.script) && service.isAuthorized(request)) {
      inFlight.add(request);
      request.inFlight = inFlight.size;
    }
    requests.push(request);
    return request;
  }

  /**
   * @param {EmulatorRequest} request
   * @param {"answered" | "aborted" | "failed"} outcome
   */
  function finishRequest(request, outcome) {
    if (request.outcome !== "in flight") return;
    request.outcome = outcome;
    inFlight.delete(request);
  }

  /**
   * Processes the request on arrival. A delay affects only the response.
   *
   * @param {EmulatorRequest} request
   * @param {Fault} fault
   * @returns {Promise<ResponseParts>}
   */
  async function respond(request, fault) {
    const { method, script } = request;
    if (cors && method === "OPTIONS") return { status: 204, headers: PREFLIGHT, body: new Uint8Array() };
    if (method !== "GET" && method !== "POST") return htmlResponse(405, nginxPage(405));
    if (!isScript(script)) return htmlResponse(404, nginxPage(404, noScript(script)));

    const plain = fault.kind === "plain-error";
    let result = isProcessed(fault) ? service.handle(request, fault.kind === "drift", plain) : undefined;
    const page = replacementPage(fault, request);
    if (page) return page;
    if (fault.code !== undefined) result = service.fail(request, fault.code, fault.text, plain);
    else if (plain && result && !("code" in result && result.code))
      result = service.fail(request, 1, fault.text, plain);
    if (!result) return textResponse(request, { text: "", fmt: Number(request.parameters.fmt), code: 0 }, false);
    if ("task" in result) return fileResponse(result.task);
    request.code = result.code;
    if (REJECTIONS.has(result.code)) inFlight.delete(request);
    return textResponse(request, result, fault.kind === "wrong-charset");
  }

  /** @type {Serve} */
  async function serve(wire, signal) {
    const request = recordRequest(wire);
    // An abort closes the connection, also while a file is still being generated.
    const onAbort = () => finishRequest(request, "aborted");
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const fault = selectFault(request) ?? NO_FAULT;
      if (fault !== NO_FAULT) request.fault = fault;
      const response = await applyFault(fault, await respond(request, fault), request);
      if (latencyMs > 0) await sleep(latencyMs, signal);
      if (fault.delayMs !== undefined) await sleep(fault.delayMs, signal);
      if (fault.until) await abortable(fault.until, signal);
      if (fault.kind === "hang") await untilAborted(signal);
      if (fault.kind === "offline") {
        throw isProcessed(fault)
          ? new ConnectionFailure("socket hang up", "ECONNRESET")
          : new ConnectionFailure("connect ECONNREFUSED", "ECONNREFUSED");
      }
      signal?.throwIfAborted();
      request.httpStatus = response.status;
      if (cors) Object.assign(response.headers, CORS);
      return { ...response, body: deliver(request, response, fault, signal) };
    } catch (error) {
      finishRequest(request, signal?.aborted ? "aborted" : "failed");
      throw error;
    } finally {
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /**
   * A short response is complete at once. A file, or a body that a fault splits, delays or truncates, is in flight until its last
   * byte.
   *
   * @param {EmulatorRequest} request
   * @param {ResponseParts} response
   * @param {Fault} fault
   * @param {AbortSignal | undefined} signal
   * @returns {WireResponse["body"]}
   */
  function deliver(request, { body, headers }, fault, signal) {
    const isFile = "content-disposition" in headers;
    const isStreamed =
      fault.truncateAfter !== undefined || fault.chunkBytes !== undefined || fault.chunkDelayMs !== undefined;
    if (isByteArray(body) && !isFile && !isStreamed) {
      finishRequest(request, "answered");
      return body;
    }
    return trackOutcome(request, chunks(body, fault, signal));
  }

  /**
   * Not a generator, because `return()` on a generator that has not started does not run any of its code.
   *
   * @param {EmulatorRequest} request
   * @param {AsyncGenerator<Uint8Array, void, undefined>} source
   * @returns {ChunkIterator}
   */
  function trackOutcome(request, source) {
    return {
      async next() {
        try {
          const result = await source.next();
          if (result.done) finishRequest(request, "answered");
          return result;
        } catch (error) {
          finishRequest(request, error instanceof ConnectionFailure ? "failed" : "aborted");
          throw error;
        }
      },
      async return() {
        finishRequest(request, "aborted");
        await source.return();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  return {
    serve,
    reset(next) {
      service = next;
      inFlight = new Set();
    },
  };
}

/** The errors of requests that the service does not process: the address is blocked, a rate limit is exceeded. */
const REJECTIONS = new Set([4, 9]);

/** @type {Fault} */
const NO_FAULT = Object.freeze({});

const CORS = Object.freeze({
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "content-disposition, content-length",
});

const PREFLIGHT = {
  "access-control-allow-methods": "GET, POST",
  "access-control-allow-headers": "*",
  "access-control-max-age": "600",
};

/**
 * @param {string} script
 * @returns {string}
 */
function noScript(script) {
  const known = `The emulator has only the scripts ${SCRIPT_NAMES.join(", ")}.`;
  if (!/^\w+\.php$/.test(script)) return known;
  return `${known} To have a response of ${script}, push a fault: { to: "${script}", status: 200, body: "…" }.`;
}

/**
 * @param {EmulatorRequest} request
 * @param {{ text: string, fmt: number, code: number }} result
 * @param {boolean} wrongCharset
 * @returns {ResponseParts}
 */
function textResponse({ charset }, { text, fmt }, wrongCharset) {
  const isUtf8 = (charset === "utf-8") !== wrongCharset;
  const body = encodeText(text, isUtf8 ? "utf-8" : "windows-1251");
  return {
    status: 200,
    headers: { "content-type": contentType(fmt, charset), "content-length": String(body.length) },
    body,
  };
}

/**
 * @param {EmulatorTask} task
 * @returns {Promise<ResponseParts>}
 */
async function fileResponse({ file, content, headers: customHeaders }) {
  const data = await (typeof content === "function" ? content() : content);
  const body = typeof data === "string" ? encodeText(data, "utf-8") : data;
  /** @type {Record<string, string>} */
  const headers = {
    "content-type": "text/csv",
    "content-disposition": `attachment; filename="${file.replaceAll('"', "")}"`,
  };
  if (isByteArray(body)) headers["content-length"] = String(body.length);
  return { status: 200, headers: { ...headers, ...customHeaders }, body };
}
