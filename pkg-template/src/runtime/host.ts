// What the core leaves to JavaScript: `src/web/host.rs` imports it.

import { buildMessages } from "../builders/messages.js";
import type { FileStream } from "../client/forwarding.js";
import type { RateLimiter } from "../client/limiter.js";
import { monotonicMs } from "./clock.js";
import { errorOfCore, type SmscError } from "./errors.js";
import { readHeaders } from "./headers.js";
import type { Instance } from "./instance.js";
import * as requests from "./requests.js";
import { contentLengthOf, contentTypeOf, headerOf, statusOf } from "./response-head.js";
import { describeThrown, shortText, textsOf } from "./thrown.js";
import { callProgress, ignoreRejection, orUndefined } from "./user-values.js";

/** Tells this process from all others. Made on first use, since Workers have no random numbers before a request. */
let process: string | undefined;
let instances = 0;

type Timer = ReturnType<typeof setTimeout>;

/** The functions that one instance imports, and what has to end when it traps. */
export class Host {
  readonly #instance: Instance<unknown>;
  readonly #number = ++instances;
  readonly #pending = new Set<{ promise: Promise<unknown>; reject(error: unknown): void }>();
  readonly #controllers = new Set<AbortController>();
  readonly #timers = new Set<Timer>();
  readonly #leases = new Map<string, RateLimiter>();
  readonly imports: object;

  constructor(instance: Instance<unknown>) {
    this.#instance = instance;
    const pending = this.#pending;
    /** A promise that is rejected if the instance traps before it is settled. */
    class Deferred {
      readonly promise: Promise<unknown>;
      #resolve!: (value: unknown) => void;
      #reject!: (error: unknown) => void;

      constructor() {
        refuseIfTrapped(instance);
        this.promise = new Promise((resolve, reject) => {
          this.#resolve = resolve;
          this.#reject = reject;
        });
        pending.add(this);
      }

      resolve(value: unknown): void {
        pending.delete(this);
        this.#resolve(value);
      }

      reject(error: unknown): void {
        this.#reject(error);
        // Not at once: if the instance traps before it returns the promise, the rejection still needs a handler.
        Promise.resolve().then(() => pending.delete(this));
      }
    }
    this.imports = {
      Deferred,
      smscError: errorOfCore,
      buildMessages: (address: number) => buildMessages(instance.memory, address >>> 0),
      historyPage: (messages: unknown[], nextCursor?: string) =>
        nextCursor === undefined ? { messages } : { messages, nextCursor },
      itemsOf,
      timeOf,
      isPage,
      describeThrown,
      textsOf,
      shortText,
      bareError,
      whenSettled: (value: unknown, id: number) => this.#report(() => value, id),
      // Without `this`, as the platform's function must be called.
      callFetch: (
        fetch: typeof globalThis.fetch,
        url: string,
        body: BodyInit,
        contentType: string,
        headers: Record<string, string> | undefined,
        { signal }: AbortController,
        id: number,
      ) => this.#report(() => fetch(url, postRequest(body, contentType, headers, signal)), id),
      statusOf,
      headerOf,
      contentTypeOf,
      contentLengthOf,
      readHeaders,
      callHook,
      callProgress,
      callLogger,
      readChunk: (reader: ReadableStreamDefaultReader, id: number) =>
        this.#report(async () => chunkOf(await reader.read()), id),
      readBody: (response: Response, maxBytes: number, controller: AbortController, id: number) =>
        this.#report(() => readBody(response, maxBytes, () => this.#controllers.has(controller)), id),
      cancelBody,
      documentSize: (document: unknown) => orUndefined(() => sizeOf(contentOf(document))),
      readDocument: (document: unknown, id: number) => this.#report(() => readContent(contentOf(document)), id),
      insertStream: (body: Uint8Array, file: FileStream) => file.insertInto(body),
      documentName: (document: Named) => orUndefined(() => documentName(document)),
      newController: () => {
        const controller = new AbortController();
        this.#controllers.add(controller);
        return controller;
      },
      keepOnTrap: (controller: AbortController) => this.#controllers.delete(controller),
      monotonicMs,
      setTimer: (callback: (id: number) => void, ms: number, id: number) =>
        orUndefined(() => this.#setTimer(callback, ms, id)),
      clearTimer: (timer: Timer | undefined) => orUndefined(() => this.#clearTimer(timer)),
      recordRequest: (account: string, rules: string, identity: bigint) =>
        requests.record({ account, rules, identity, owner: instance }),
      endRequest: requests.end,
      holdLease: (limiter: RateLimiter, requestId: string) => this.#leases.set(requestId, limiter),
      dropLease: (requestId: string) => this.#leases.delete(requestId),
      processId: () => {
        process ??= globalThis.crypto?.randomUUID?.() ?? String(Math.random()).slice(2);
        return `${process}-${this.#number}`;
      },
    };
  }

  /** Reports the outcome of a promise, a thenable or a value to the instance, under a number. */
  #report(start: () => unknown, id: number): void {
    refuseIfTrapped(this.#instance);
    const settle = (isFulfilled: boolean) => (value: unknown) => this.#instance.settle(id, isFulfilled, value);
    // Not `promise.then`, which a user may have replaced.
    const { then } = Promise.prototype;
    try {
      then.call(Promise.resolve(start()), settle(true), settle(false));
    } catch (error) {
      then.call(Promise.reject(error), undefined, settle(false));
    }
  }

  #setTimer(callback: (id: number) => void, ms: number, id: number): Timer {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      callback(id);
    }, ms);
    this.#timers.add(timer);
    return timer;
  }

  #clearTimer(timer: Timer | undefined): void {
    if (timer === undefined) return;
    this.#timers.delete(timer);
    clearTimeout(timer);
  }

  /** Ends all that the instance had in flight. */
  trapped(error: SmscError): void {
    requests.leave(this.#instance);
    for (const deferred of this.#pending) {
      // The call that trapped has not returned its promise yet, whose rejection would count as unhandled.
      deferred.promise.catch(() => {});
      deferred.reject(error);
    }
    for (const controller of this.#controllers) controller.abort();
    // They would keep the process alive.
    for (const timer of this.#timers) orUndefined(() => this.#clearTimer(timer));
    for (const [requestId, limiter] of this.#leases) release(limiter, requestId);
    this.#leases.clear();
    this.#controllers.clear();
  }
}

/**
 * Ends the frames of an instance that trapped in an inner export, such as its allocator: they would continue with wrong values, and could
 * send them.
 */
function refuseIfTrapped(instance: Instance<unknown>): void {
  if (instance.hasTrapped) throw new Error("the instance trapped");
}

/** The bytes of a reader's result; `undefined` at the end. A custom stream may give anything. */
function chunkOf({ done, value }: { done: boolean; value?: unknown }): Uint8Array | undefined {
  if (done) return undefined;
  if (ArrayBuffer.isView(value)) return viewOf(value);
  throw new TypeError("the stream of the body gave something other than bytes");
}

/** The same bytes. Throws if their buffer was transferred, since the module cannot read them then. */
function viewOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** A request whose body holds the credentials: the platform must not follow redirects with it. */
function postRequest(
  body: BodyInit,
  contentType: string,
  headers: Record<string, string> | undefined,
  signal: AbortSignal,
): RequestInit {
  acceptsCache ??=
    orUndefined(() => new Request("https://smsc.ru", { cache: "no-store" }).cache === "no-store") ?? false;
  // `fetch` requires `duplex` for a stream, and the platform's types do not have it.
  const init: RequestInit & { duplex: "half" } = {
    method: "POST",
    redirect: "manual",
    duplex: "half",
    signal,
    body,
    headers: { ...headers, "content-type": contentType },
    // Next.js caches POST too.
    ...(acceptsCache && { cache: "no-store" }),
  };
  return init;
}

/** Whether the platform has `cache`: Workers with an early compatibility date throw. */
let acceptsCache: boolean | undefined;

/** Calls a user's hook. An exception or a rejection has no effect. */
function callHook(hook: (event: unknown) => unknown, event: unknown): void {
  ignoreFailure(() => hook(event));
}

/** Calls a method of a user's logger. */
function callLogger(
  write: (message: string, fields: unknown) => unknown,
  logger: unknown,
  message: string,
  fields: unknown,
): void {
  ignoreFailure(() => write.call(logger, message, fields));
}

function ignoreFailure(call: () => unknown): void {
  ignoreRejection(orUndefined(call));
}

/** The chunks of a whole body; `undefined` if it is too large, `null` if a custom `fetch` gave nothing to read. */
async function readBody(
  response: Response,
  maxBytes: number,
  isInFlight: () => boolean,
): Promise<Uint8Array[] | undefined | null> {
  const { body } = response;
  if ((contentLengthOf(response) ?? 0) > maxBytes) {
    if (body) cancelBody(body);
    return undefined;
  }
  if (typeof body?.getReader !== "function") {
    const bytes = await readWithoutStream(response);
    if (bytes === null) return null;
    return bytes.byteLength > maxBytes ? undefined : [bytes];
  }
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const chunk = chunkOf(await reader.read());
    if (chunk === undefined) return chunks.map(viewOf);
    size += chunk.byteLength;
    // The stream of a custom `fetch` may not end with the signal.
    if (size > maxBytes || !isInFlight()) {
      cancelBody(reader);
      return undefined;
    }
    chunks.push(chunk);
  }
}

async function readWithoutStream(response: Response): Promise<Uint8Array | null> {
  if (typeof response.arrayBuffer === "function") {
    const buffer: unknown = await response.arrayBuffer();
    if (Object.prototype.toString.call(buffer) === "[object ArrayBuffer]") return new Uint8Array(buffer as ArrayBuffer);
    throw new TypeError("`arrayBuffer()` of the response gave something other than an ArrayBuffer");
  }
  return typeof response.text === "function" ? new TextEncoder().encode(String(await response.text())) : null;
}

/** Gives up a body. What fails here has no effect. */
async function cancelBody(body: ReadableStream | ReadableStreamDefaultReader): Promise<void> {
  try {
    await body.cancel();
  } catch {}
}

/** What fails here has no effect: the lease ends by itself. */
async function release(limiter: RateLimiter, requestId: string): Promise<void> {
  try {
    await limiter.release(requestId);
  } catch {}
}

/** A longer list is not read. */
const maxItems = 1_000_000;

/** The items of an array. */
function itemsOf(value: unknown): unknown[] | undefined {
  return orUndefined(() => (Array.isArray(value) && value.length <= maxItems ? Array.from(value) : undefined));
}

/** The time of a `Date`, by its tag, as one of another realm is one too. */
function timeOf(value: unknown): number | undefined {
  const isDate = () => Object.prototype.toString.call(value) === "[object Date]";
  return orUndefined(() => (isDate() ? Number((value as Date).getTime()) : undefined));
}

/** Whether this is a browser's page, or one of its workers. */
function isPage(): boolean {
  const { window, document, WorkerGlobalScope, location, navigator } = globalThis as Partial<typeof globalThis>;
  if (window !== undefined && document !== undefined) return true;
  // workerd, Deno and Bun have a `WorkerGlobalScope` too, but their own user agent. Bundlers add a `process` or a `Deno` to pages.
  return (
    typeof WorkerGlobalScope === "function" &&
    globalThis instanceof WorkerGlobalScope &&
    location !== undefined &&
    /^Mozilla\//.test(String(navigator?.userAgent))
  );
}

function bareError(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  error.stack = `${name}: ${message}`;
  return error;
}

/** The content of a document, if it is of one of the accepted types, of this realm or another. */
function contentOf(document: unknown): Blob | ArrayBuffer | ArrayBufferView | undefined {
  if (typeof document !== "object" || document === null) return undefined;
  if (
    ArrayBuffer.isView(document) ||
    /^\[object (Blob|File|ArrayBuffer)\]$/.test(Object.prototype.toString.call(document))
  )
    return document as Blob | ArrayBuffer | ArrayBufferView;
  return "data" in document && document.data !== document ? contentOf(document.data) : undefined;
}

function sizeOf(content: Blob | ArrayBuffer | ArrayBufferView | undefined): number | undefined {
  const size: unknown = content && ("size" in content ? content.size : content.byteLength);
  return typeof size === "number" ? size : undefined;
}

/** A copy, since the caller may transfer the buffer at once. */
async function readContent(content: Blob | ArrayBuffer | ArrayBufferView | undefined): Promise<Uint8Array> {
  if (content === undefined) throw new TypeError("not a document");
  if (ArrayBuffer.isView(content)) return viewOf(content).slice();
  return new Uint8Array("size" in content ? await bytesOf(content) : content).slice();
}

/** The bytes of a `Blob`. That of jsdom has no `arrayBuffer()`. */
function bytesOf(blob: Blob): Promise<ArrayBuffer> {
  if (typeof blob.arrayBuffer === "function") return blob.arrayBuffer();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });
}

type Named = { fileName?: unknown; name?: unknown };

function documentName(document: Named): string | undefined {
  const name = document.fileName ?? document.name;
  return typeof name === "string" ? name : undefined;
}
