/** Which fault a request meets, and what it makes of the reply. */

import { encodeText } from "./charset.js";
import { BLOCKING_PAGE, nginxPage } from "./pages.js";

/** @import { EmulatorRequest, Fault } from "./types.js" */
/** @import { Source } from "./body.js" */

/** @typedef {{ status: number, headers: Record<string, string>, body: Source }} Reply */

const REPLACING = new Set(["offline", "hang", "html", "redirect"]);

/** A closed port of this machine: another host, but no traffic beyond it. */
const ELSEWHERE = "http://127.0.0.1:9";

/**
 * @param {Fault[]} faults
 * @returns {(request: EmulatorRequest) => Fault | undefined}
 */
export function createFaultPicker(faults) {
  /** @type {WeakMap<Fault, number>} */
  const uses = new WeakMap();
  return (request) => {
    const fault = faults.find(({ when }) => !when || when(request));
    if (!fault) return undefined;
    const used = (uses.get(fault) ?? 0) + 1;
    uses.set(fault, used);
    if (used >= (fault.times ?? 1)) {
      faults.splice(faults.indexOf(fault), 1);
      uses.delete(fault);
    }
    return fault;
  };
}

/**
 * Whether the account sees the request at all.
 *
 * @param {Fault} fault
 * @returns {boolean}
 */
export function isCarriedOut(fault) {
  const { kind = "", code, status = 200, body, carriedOut } = fault;
  const replaced =
    REPLACING.has(kind) || code !== undefined || status >= 300 || (body !== undefined && typeof body !== "function");
  return carriedOut ?? !replaced;
}

/**
 * A page that stands in for the reply, if the fault has one.
 *
 * @param {Fault} fault
 * @param {EmulatorRequest} request
 * @returns {Reply | undefined}
 */
export function pageOf({ kind, code, status = 200, body, location }, request) {
  if (kind === "html") return htmlReply(200, BLOCKING_PAGE);
  if (kind === "redirect") {
    const code = status >= 300 ? status : 302;
    const { pathname, search } = new URL(request.url);
    const reply = htmlReply(code, nginxPage(code));
    reply.headers.location = location ?? `${ELSEWHERE}${pathname}${search}`;
    return reply;
  }
  return status >= 300 && code === undefined && body === undefined ? htmlReply(status, nginxPage(status)) : undefined;
}

/**
 * @param {number} status
 * @param {string} html
 * @returns {Reply}
 */
export const htmlReply = (status, html) => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: encodeText(html, "utf-8"),
});

/**
 * The reply as the fault leaves it; a body of known length keeps its header right.
 *
 * @param {Fault} fault
 * @param {Reply} reply
 * @param {EmulatorRequest} request
 * @returns {Promise<Reply>}
 */
export async function spoil(fault, reply, request) {
  const charset = request.charset === "utf-8" ? "utf-8" : "windows-1251";
  let { body } = reply;
  if (fault.kind === "empty") body = new Uint8Array();
  if (fault.kind === "ok") body = encodeText("OK", charset);
  if (fault.body !== undefined) {
    const made = typeof fault.body === "function" ? fault.body(await wholeBody(body)) : fault.body;
    body = typeof made === "string" ? encodeText(made, charset) : made;
  }
  /** @type {Record<string, string>} */
  const headers = { ...reply.headers };
  if (body !== reply.body && body instanceof Uint8Array) headers["content-length"] = String(body.length);
  for (const [name, value] of Object.entries(fault.headers ?? {})) headers[name.toLowerCase()] = value;
  const status = fault.kind === "redirect" ? reply.status : (fault.status ?? reply.status);
  return { status, headers, body };
}

/**
 * @param {Source} source
 * @returns {Promise<Uint8Array>}
 */
async function wholeBody(source) {
  if (source instanceof Uint8Array) return source;
  const blocks = [];
  for await (const block of source) blocks.push(block);
  return new Uint8Array(await new Blob(/** @type {BlobPart[]} */ (blocks)).arrayBuffer());
}
