/** Applies a fault to the response. */

import { collectBytes, isByteArray } from "./bytes.js";
import { encodeText } from "./charset.js";
import { BLOCKING_PAGE, nginxPage } from "./pages.js";

/** @import { EmulatorRequest, Fault } from "./types.js" */
/** @import { BodySource } from "./body.js" */

/** @typedef {{ status: number, headers: Record<string, string>, body: BodySource }} ResponseParts */

const REPLACING_KINDS = new Set(["offline", "hang", "html", "redirect"]);

/** A closed port on this machine: another host, without traffic beyond this machine. */
const OTHER_ORIGIN = "http://127.0.0.1:9";

/**
 * Whether the account processes the request.
 *
 * @param {Fault} fault
 * @returns {boolean}
 */
export function isProcessed(fault) {
  const { kind = "", code, status = 200, body, processed } = fault;
  const isReplaced =
    REPLACING_KINDS.has(kind) ||
    code !== undefined ||
    status >= 300 ||
    (body !== undefined && typeof body !== "function");
  return processed ?? !isReplaced;
}

/**
 * The page that replaces the response; `undefined` if the fault has none.
 *
 * @param {Fault} fault
 * @param {EmulatorRequest} request
 * @returns {ResponseParts | undefined}
 */
export function replacementPage({ kind, code, status = 200, body, location }, request) {
  if (kind === "html") return htmlResponse(200, BLOCKING_PAGE);
  if (kind === "redirect") {
    const code = status >= 300 ? status : 302;
    const { pathname, search } = new URL(request.url);
    const response = htmlResponse(code, nginxPage(code));
    response.headers.location = location ?? `${OTHER_ORIGIN}${pathname}${search}`;
    return response;
  }
  return status >= 300 && code === undefined && body === undefined
    ? htmlResponse(status, nginxPage(status))
    : undefined;
}

/**
 * @param {number} status
 * @param {string} html
 * @returns {ResponseParts}
 */
export const htmlResponse = (status, html) => ({
  status,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: encodeText(html, "utf-8"),
});

/**
 * Changes the response as the fault requires. If the new body has a known length, updates `Content-Length`.
 *
 * @param {Fault} fault
 * @param {ResponseParts} response
 * @param {EmulatorRequest} request
 * @returns {Promise<ResponseParts>}
 */
export async function applyFault(fault, response, request) {
  const charset = request.charset === "utf-8" ? "utf-8" : "windows-1251";
  let { body } = response;
  if (fault.kind === "empty") body = new Uint8Array();
  if (fault.kind === "ok") body = encodeText("OK", charset);
  if (fault.body !== undefined) {
    const newBody = typeof fault.body === "function" ? fault.body(await readBody(body)) : fault.body;
    body = typeof newBody === "string" ? encodeText(newBody, charset) : newBody;
  }
  /** @type {Record<string, string>} */
  const headers = { ...response.headers };
  if (body !== response.body && isByteArray(body)) headers["content-length"] = String(body.length);
  for (const [name, value] of Object.entries(fault.headers ?? {})) headers[name.toLowerCase()] = value;
  const status = fault.kind === "redirect" ? response.status : (fault.status ?? response.status);
  return { status, headers, body };
}

/**
 * @param {BodySource} source
 * @returns {Promise<Uint8Array>}
 */
async function readBody(source) {
  return isByteArray(source) ? source : collectBytes(source);
}
