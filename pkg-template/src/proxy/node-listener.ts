import type { PlatformRequest, PlatformResponse } from "../client/platform.js";
import { bodyWasRead, noSuchPath, proxyFailed } from "./refusal.js";

/** The part of a request of `node:http` that the listener uses. */
export interface NodeRequest extends AsyncIterable<unknown> {
  method?: string | undefined;
  url?: string | undefined;
  /** The complete path in Express, whose `url` lacks the path that the listener is mounted at. */
  originalUrl?: string | undefined;
  headers: Record<string, string | string[] | undefined>;
  readonly complete: boolean;
  readonly readableEnded: boolean;
}

/** The part of a response of `node:http` that the listener uses. */
export interface NodeResponse {
  readonly headersSent: boolean;
  writableFinished: boolean;
  writeHead(status: number, headers: Record<string, string>): unknown;
  write(chunk: Uint8Array): boolean;
  end(): unknown;
  destroy(): unknown;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
}

/**
 * Adapts a handler of `Request` and `Response` to `node:http` and Express. Mount it before middleware that reads bodies.
 *
 * @param handler The handler of `createProxy`.
 * @returns A listener for `http.createServer`, or a middleware.
 * @example
 * createServer(toNodeListener(createProxy(options))).listen(8080, "127.0.0.1");
 * app.use("/smsc", toNodeListener(createProxy(options)));
 */
export function toNodeListener(
  handler: (request: PlatformRequest) => Promise<PlatformResponse>,
): (request: NodeRequest, response: NodeResponse) => void {
  return (request, response) => {
    const controller = new AbortController();
    response.on("close", () => {
      if (!response.writableFinished) controller.abort();
    });
    respond(handler, request, response, controller.signal).catch(() => {
      // The handler of `createProxy` does not reject; another may.
      if (response.headersSent) response.destroy();
      else send(proxyFailed(undefined).response, request, response, controller.signal).catch(() => response.destroy());
    });
  };
}

async function respond(
  handler: (request: Request) => Promise<Response>,
  incoming: NodeRequest,
  outgoing: NodeResponse,
  signal: AbortSignal,
): Promise<void> {
  await send(await responseTo(handler, incoming, signal), incoming, outgoing, signal);
}

async function send(
  { status, headers, body }: Response,
  incoming: NodeRequest,
  outgoing: NodeResponse,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) {
    body?.cancel().catch(() => {});
    outgoing.destroy();
    return;
  }
  // The rest of a body that was refused is not waited for.
  const connection = incoming.complete ? undefined : { connection: "close" };
  outgoing.writeHead(status, { ...Object.fromEntries(headers), ...connection });
  const length = headers.get("content-length");
  let sent = 0;
  const reader = body?.getReader();
  signal.addEventListener("abort", () => reader?.cancel().catch(() => {}), { once: true });
  try {
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      sent += read.value.byteLength;
      if (!outgoing.write(read.value)) await drained(outgoing);
    }
    if (length !== null && sent !== Number(length)) throw new Error("the body has another length");
    outgoing.end();
  } catch {
    // A body that broke off must not look complete.
    outgoing.destroy();
  }
}

/** A path that a `Request` would change, so that a guard in front of the proxy may have seen another one. */
const AMBIGUOUS_PATH = /[\\#]|\/(?:\.|%2e){1,2}(?:\/|$)/i;

async function responseTo(
  handler: (request: Request) => Promise<Response>,
  incoming: NodeRequest,
  signal: AbortSignal,
): Promise<Response> {
  if (incoming.readableEnded) return bodyWasRead().response;
  const path = incoming.originalUrl ?? incoming.url ?? "/";
  if (AMBIGUOUS_PATH.test(path.replace(/\?.*/s, ""))) return noSuchPath().response;
  return handler(toRequest(incoming, path, signal));
}

function toRequest(incoming: NodeRequest, path: string, signal: AbortSignal): Request {
  const { headers } = incoming;
  // A `Request` cannot have these methods, which the proxy refuses as it does GET.
  const method = /^(?:CONNECT|TRACE|TRACK)$/i.test(incoming.method ?? "") ? "GET" : (incoming.method ?? "GET");
  // The absolute form names another host, and two slashes would.
  const origin = `http://${/^[\w.:[\]-]+$/.test(String(headers.host)) ? headers.host : "localhost"}`;
  const url = URL.canParse(origin) && path.startsWith("/") ? `${origin}${path}` : "http://localhost/";
  const hasBody = method !== "GET" && method !== "HEAD";
  const init = {
    method,
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      value === undefined || name.startsWith(":") ? [] : [value].flat().map((item) => [name, item]),
    ),
    signal,
    body: hasBody ? bodyOf(incoming) : null,
    duplex: "half",
  };
  return new Request(url, init as RequestInit);
}

/** The body as a stream that is read on demand. Giving it up leaves the connection to the response. */
function bodyOf(incoming: NodeRequest): ReadableStream<Uint8Array> {
  const chunks = incoming[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value as Uint8Array);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Resolves once the response takes more, or is closed. */
function drained(outgoing: NodeResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off("drain", done);
      outgoing.off("close", done);
      resolve();
    };
    outgoing.on("drain", done);
    outgoing.on("close", done);
  });
}
