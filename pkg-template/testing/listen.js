/**
 * The service over HTTP, in runtimes with Node's http module. The module comes from `process`, so that other runtimes do not need
 * to resolve an import.
 */

import { ConnectionFailure } from "./body.js";
import { collectBytes, isByteArray } from "./bytes.js";

/** @import { Listener } from "./types.js" */
/** @import { Serve, WireResponse } from "./request-handler.js" */

/**
 * The subset of `node:http` used here, so that Node's types are not required.
 *
 * @typedef {object} IncomingMessage
 * @property {string} [method]
 * @property {string} [url]
 * @property {Record<string, string | string[] | undefined>} headers
 *
 * @typedef {object} ServerResponse
 * @property {boolean} destroyed
 * @property {boolean} headersSent
 * @property {(status: number, headers: Record<string, string>) => void} writeHead
 * @property {(bytes: Uint8Array, written: () => void) => boolean} write
 * @property {(bytes?: Uint8Array) => void} end
 * @property {() => void} destroy
 * @property {() => void} flushHeaders
 * @property {(event: string, listener: () => void) => void} once
 *
 * @typedef {object} HttpServer
 * @property {(port: number, host: string, listener: () => void) => void} listen
 * @property {(event: string, listener: (error: unknown) => void) => void} once
 * @property {() => { port: number }} address
 * @property {(listener: () => void) => void} close
 * @property {() => void} closeAllConnections
 *
 * @typedef {{ createServer: (handler: (incoming: IncomingMessage & AsyncIterable<Uint8Array>, outgoing: ServerResponse) => void) => HttpServer }} Http
 */

/**
 * @param {Serve} serve
 * @returns {(port?: number) => Promise<Listener>}
 */
export function createListen(serve) {
  return async (port = 0) => {
    const http = nodeHttp();
    let url = "";
    const server = http.createServer((incoming, outgoing) => {
      handle(serve, url, incoming, outgoing).catch((error) => {
        // The client sees a broken connection, or an error page if the response has not started.
        if (error instanceof ConnectionFailure || outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
        else sendError(outgoing, error);
      });
    });
    await new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => resolve(undefined));
    });
    url = `http://127.0.0.1:${server.address().port}`;
    return {
      url,
      close: () =>
        new Promise((resolve) => {
          server.close(resolve);
          server.closeAllConnections();
        }),
    };
  };
}

/** @returns {Http} */
function nodeHttp() {
  const { process } = /** @type {any} */ (globalThis);
  const http = process?.getBuiltinModule?.("node:http");
  if (!http) throw new Error("listen: this runtime has no node:http. Use the emulator's `fetch` instead.");
  return http;
}

/**
 * @param {Serve} serve
 * @param {string} origin
 * @param {IncomingMessage & AsyncIterable<Uint8Array>} incoming
 * @param {ServerResponse} outgoing
 */
async function handle(serve, origin, incoming, outgoing) {
  const disconnected = new AbortController();
  outgoing.once("close", () => disconnected.abort());
  const bytes = await collectBytes(incoming);
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const wire = { method: incoming.method ?? "GET", url: new URL(incoming.url ?? "/", origin).href, headers, bytes };
  await send(await serve(wire, disconnected.signal), outgoing);
}

/**
 * @param {WireResponse} response
 * @param {ServerResponse} outgoing
 */
async function send({ status, headers, body }, outgoing) {
  outgoing.writeHead(status, headers);
  if (isByteArray(body)) {
    outgoing.end(body);
    return;
  }
  outgoing.flushHeaders();
  for await (const chunk of body) {
    // Waits for each write: a slow reader slows the download instead of filling memory, and the bytes before a break arrive.
    await new Promise((resolve) => outgoing.write(chunk, () => resolve(undefined)));
    if (outgoing.destroyed) return;
  }
  outgoing.end();
}

/**
 * @param {ServerResponse} outgoing
 * @param {unknown} error
 */
function sendError(outgoing, error) {
  outgoing.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
  outgoing.end(new TextEncoder().encode(`emulator: ${error}`));
}
