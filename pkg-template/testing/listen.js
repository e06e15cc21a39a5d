/** The service over real HTTP, where there is Node's http module; asked of the process, so that nothing is imported elsewhere. */

import { ConnectionFailure } from "./body.js";

/** @import { Listener } from "./types.js" */
/** @import { Serve, WireReply } from "./server.js" */

/**
 * The few things of `node:http` that are used here, so that no types of Node are needed.
 *
 * @typedef {object} Incoming
 * @property {string} [method]
 * @property {string} [url]
 * @property {Record<string, string | string[] | undefined>} headers
 *
 * @typedef {object} Outgoing
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
 * @typedef {{ createServer: (handler: (incoming: Incoming & AsyncIterable<Uint8Array>, outgoing: Outgoing) => void) => HttpServer }} Http
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
        // Told to the other side as it would be: by a connection that breaks, or by a page.
        if (error instanceof ConnectionFailure || outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
        else fail(outgoing, error);
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
  if (!http) throw new Error("listen: this runtime has no node:http; use the emulator's fetch instead");
  return http;
}

/**
 * @param {Serve} serve
 * @param {string} origin
 * @param {Incoming & AsyncIterable<Uint8Array>} incoming
 * @param {Outgoing} outgoing
 */
async function handle(serve, origin, incoming, outgoing) {
  const gone = new AbortController();
  outgoing.once("close", () => gone.abort());
  const blocks = [];
  for await (const block of incoming) blocks.push(block);
  const bytes = new Uint8Array(await new Blob(/** @type {BlobPart[]} */ (blocks)).arrayBuffer());
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  const wire = { method: incoming.method ?? "GET", url: new URL(incoming.url ?? "/", origin).href, headers, bytes };
  await send(await serve(wire, gone.signal), outgoing);
}

/**
 * @param {WireReply} reply
 * @param {Outgoing} outgoing
 */
async function send({ status, headers, body }, outgoing) {
  outgoing.writeHead(status, headers);
  if (body instanceof Uint8Array) {
    outgoing.end(body);
    return;
  }
  outgoing.flushHeaders();
  for await (const piece of body) {
    // A slow reader slows the file down instead of filling the memory, and what was sent before a break has arrived.
    await new Promise((resolve) => outgoing.write(piece, () => resolve(undefined)));
    if (outgoing.destroyed) return;
  }
  outgoing.end();
}

/**
 * @param {Outgoing} outgoing
 * @param {unknown} error
 */
function fail(outgoing, error) {
  outgoing.writeHead(500, { "content-type": "text/plain; charset=utf-8" });
  outgoing.end(new TextEncoder().encode(`emulator: ${error}`));
}
