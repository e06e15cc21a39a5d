/**
 * From a request on the wire to a reply on the wire, whatever the wire is: `fetch` and `listen` both stand on this. It keeps the
 * record of what arrived and of what is under way, and it is where faults happen.
 */

import { ConnectionFailure, pieces } from "./body.js";
import { encodeText } from "./charset.js";
import { createFaultPicker, htmlReply, isCarriedOut, pageOf, spoil } from "./faults.js";
import { contentType } from "./formats.js";
import { parseRequest } from "./http.js";
import { nginxPage } from "./pages.js";
import { isScript } from "./service.js";
import { abortable, forever, sleep } from "./waiting.js";

/** @import { EmulatorRequest, EmulatorTask, Fault } from "./types.js" */
/** @import { Reply } from "./faults.js" */
/** @import { WireRequest } from "./http.js" */
/** @import { Service } from "./service.js" */

/**
 * @typedef {object} WireReply
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {Uint8Array | Pieces} body
 */

/** @typedef {AsyncIterable<Uint8Array> & { next: () => Promise<IteratorResult<Uint8Array, void>>, return: () => Promise<IteratorResult<Uint8Array, void>> }} Pieces */

/** @typedef {(wire: WireRequest, signal?: AbortSignal) => Promise<WireReply>} Serve */

/**
 * @typedef {object} ServerParts
 * @property {Service} service
 * @property {() => number} now
 * @property {EmulatorRequest[]} requests
 * @property {Fault[]} faults
 * @property {boolean} cors
 * @property {number} latencyMs
 */

/**
 * @param {ServerParts} parts
 * @returns {Serve}
 */
export function createServer({ service, now, requests, faults, cors, latencyMs }) {
  const pickFault = createFaultPicker(faults);
  let underWay = 0;

  /**
   * @param {WireRequest} wire
   * @returns {EmulatorRequest}
   */
  function arrive(wire) {
    const { method, url, headers } = wire;
    underWay += 1;
    const parsed = parseRequest(wire);
    /** @type {EmulatorRequest} */
    const request = {
      ...parsed,
      method,
      url,
      headers,
      time: now(),
      underWay,
      code: 0,
      httpStatus: 0,
      outcome: "under way",
    };
    requests.push(request);
    return request;
  }

  /**
   * @param {EmulatorRequest} request
   * @param {"answered" | "aborted" | "failed"} outcome
   */
  function leave(request, outcome) {
    if (request.outcome !== "under way") return;
    request.outcome = outcome;
    underWay -= 1;
  }

  /**
   * The work is done when the request arrives; what delays the reply comes after.
   *
   * @param {EmulatorRequest} request
   * @param {Fault} fault
   * @returns {Promise<Reply>}
   */
  async function respond(request, fault) {
    const { method, script } = request;
    if (cors && method === "OPTIONS") return { status: 204, headers: PREFLIGHT, body: new Uint8Array() };
    if (method !== "GET" && method !== "POST") return htmlReply(405, nginxPage(405));
    if (!isScript(script)) return htmlReply(404, nginxPage(404));

    const plain = fault.kind === "plain-error";
    let answer = isCarriedOut(fault) ? service.answer(request, fault.kind === "drift", plain) : undefined;
    const page = pageOf(fault, request);
    if (page) return page;
    if (fault.code !== undefined) answer = service.fail(request, fault.code, fault.text, plain);
    else if (plain && answer && !("code" in answer && answer.code))
      answer = service.fail(request, 1, fault.text, plain);
    if (!answer) return textReply(request, { text: "", fmt: Number(request.parameters.fmt), code: 0 }, false);
    if ("task" in answer) return fileReply(answer.task);
    request.code = answer.code;
    return textReply(request, answer, fault.kind === "wrong-charset");
  }

  /** @type {Serve} */
  async function serve(wire, signal) {
    const request = arrive(wire);
    // Whoever gives up closes the connection, also while a file is still being made.
    const gone = () => leave(request, "aborted");
    signal?.addEventListener("abort", gone, { once: true });
    try {
      const fault = pickFault(request) ?? NO_FAULT;
      if (fault !== NO_FAULT) request.fault = fault;
      const reply = await spoil(fault, await respond(request, fault), request);
      if (latencyMs > 0) await sleep(latencyMs, signal);
      if (fault.delayMs !== undefined) await sleep(fault.delayMs, signal);
      if (fault.until) await abortable(fault.until, signal);
      if (fault.kind === "hang") await forever(signal);
      if (fault.kind === "offline") {
        throw isCarriedOut(fault)
          ? new ConnectionFailure("socket hang up", "ECONNRESET")
          : new ConnectionFailure("connect ECONNREFUSED", "ECONNREFUSED");
      }
      signal?.throwIfAborted();
      request.httpStatus = reply.status;
      if (cors) Object.assign(reply.headers, CORS);
      return { ...reply, body: deliver(request, reply, fault, signal) };
    } catch (error) {
      leave(request, signal?.aborted ? "aborted" : "failed");
      throw error;
    } finally {
      signal?.removeEventListener("abort", gone);
    }
  }

  /**
   * A short reply goes out at once. A file, and whatever a fault spreads out or breaks off, is under way until its last byte.
   *
   * @param {EmulatorRequest} request
   * @param {Reply} reply
   * @param {Fault} fault
   * @param {AbortSignal | undefined} signal
   * @returns {WireReply["body"]}
   */
  function deliver(request, { body, headers }, fault, signal) {
    const isFile = "content-disposition" in headers;
    const isSpread = fault.cut !== undefined || fault.chunkBytes !== undefined || fault.chunkDelayMs !== undefined;
    if (body instanceof Uint8Array && !isFile && !isSpread) {
      leave(request, "answered");
      return body;
    }
    return watched(request, pieces(body, fault, signal));
  }

  /**
   * No generator, because one that is given up before its first piece is never told.
   *
   * @param {EmulatorRequest} request
   * @param {AsyncGenerator<Uint8Array, void, undefined>} source
   * @returns {Pieces}
   */
  function watched(request, source) {
    return {
      async next() {
        try {
          const result = await source.next();
          if (result.done) leave(request, "answered");
          return result;
        } catch (error) {
          leave(request, error instanceof ConnectionFailure ? "failed" : "aborted");
          throw error;
        }
      },
      async return() {
        leave(request, "aborted");
        await source.return();
        return { done: true, value: undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  return serve;
}

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
 * @param {EmulatorRequest} request
 * @param {{ text: string, fmt: number, code: number }} answer
 * @param {boolean} wrongCharset
 * @returns {Reply}
 */
function textReply({ charset }, { text, fmt }, wrongCharset) {
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
 * @returns {Promise<Reply>}
 */
async function fileReply({ file, content, headers: own }) {
  const made = await (typeof content === "function" ? content() : content);
  const body = typeof made === "string" ? encodeText(made, "utf-8") : made;
  /** @type {Record<string, string>} */
  const headers = {
    "content-type": "text/csv",
    "content-disposition": `attachment; filename="${file.replaceAll('"', "")}"`,
  };
  if (body instanceof Uint8Array) headers["content-length"] = String(body.length);
  return { status: 200, headers: { ...headers, ...own }, body };
}
