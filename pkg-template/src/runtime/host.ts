// What the core leaves to JavaScript: `src/web/host.rs` imports it.

import { buildMessages } from "../builders/messages.js";
import type { FileStream } from "../client/forwarding.js";
import type { RateLimiter } from "../client/limiter.js";
import { monotonicMs } from "./clock.js";
import { contentOf, documentName, type Named, readContent, sizeOf } from "./documents.js";
import { errorOfCore, type SmscError } from "./errors.js";
import { readHeaders } from "./headers.js";
import type { Instance } from "./instance.js";
import { postRequest } from "./post-request.js";
import { cancelBody, chunkOf, readBody } from "./read-body.js";
import { itemsOf, timeOf } from "./realm-values.js";
import { contentLengthOf, contentTypeOf, headerOf, statusOf } from "./response-head.js";
import * as requests from "./sent-requests.js";
import { describeThrown, shortText, textsOf } from "./thrown.js";
import { callProgress, ignoreRejection, orUndefined } from "./user-values.js";

/** Tells this process from all others. Made on first use, since Workers have no random numbers before a request. */
let processId: string | undefined;
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
      recordRequest: (account: string, rules: string, identity: bigint, windowMs: number) =>
        requests.record({ account, rules, identity, windowMs, owner: instance.token }),
      endRequest: requests.end,
      holdLease: (limiter: RateLimiter, requestId: string) => this.#leases.set(requestId, limiter),
      dropLease: (requestId: string) => this.#leases.delete(requestId),
      processId: () => {
        processId ??= globalThis.crypto?.randomUUID?.() ?? String(Math.random()).slice(2);
        return `${processId}-${this.#number}`;
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
    requests.leave(this.#instance.token);
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

/** What fails here has no effect: the lease ends by itself. */
async function release(limiter: RateLimiter, requestId: string): Promise<void> {
  try {
    await limiter.release(requestId);
  } catch {}
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
