import type { Guard } from "./guard.js";

/** A reply that is none: nothing that a try could mend. */
export class Unusable extends Error {}

/** The parts of a `Response` that are used. A `fetch` of the user's own may give no more. */
type ResponseLike = {
  status: number;
  type?: string;
  headers?: { get?(name: string): string | null };
  body?: ReadableStream<Uint8Array> | null;
  arrayBuffer?(): Promise<ArrayBuffer>;
  text?(): Promise<string>;
};

/** A reply whose body is not read yet. */
export interface Reply {
  readonly status: number;
  readonly contentType: string | undefined;
  /** How many bytes the body has, where the head says so. */
  readonly size: number | undefined;
  header(name: string): string | undefined;
  /** The next piece of the body; nothing at its end. */
  read(): Promise<Uint8Array | undefined>;
  /** The whole body at once, where it can be had so. */
  readonly all: (() => Promise<Uint8Array | undefined>) | undefined;
  cancel(): void;
}

/** Statuses that lead elsewhere. */
const redirects = new Set([301, 302, 303, 307, 308]);
const mostRedirects = 5;

/**
 * Sends one request. Redirects are followed by hand, as the request they are, and only on the same host: the body holds
 * the credentials. `fetch` is called without `this`, as the global one must be.
 */
export async function send(
  fetchOf: typeof globalThis.fetch | undefined,
  url: string,
  body: string | FormData,
  guard: Guard,
): Promise<Reply> {
  const fetch = fetchOf ?? globalThis.fetch;
  const headers = typeof body === "string" ? { "content-type": "application/x-www-form-urlencoded" } : {};
  for (let hops = 0; ; hops++) {
    const init = { method: "POST", headers, body, signal: guard.signal, redirect: "manual" } as const;
    const response: ResponseLike = await guard.within(() => fetch(url, init));
    const reply = usable(response);
    if (response.type === "opaqueredirect") {
      throw new Unusable(
        "the service's host redirected the request, and a page is not told where to: correct `baseUrl`",
      );
    }
    if (!redirects.has(reply.status)) return reply;
    reply.cancel();
    const location = reply.header("location");
    if (location === undefined) return reply;
    if (hops === mostRedirects) throw new Unusable("the service's host redirects without end");
    url = follow(url, location);
  }
}

function follow(from: string, location: string): string {
  const [old, next] = [new URL(from), new URL(location, from)];
  if (next.host !== old.host || (next.protocol !== old.protocol && next.protocol !== "https:")) {
    throw new Unusable(
      `the service's host redirected the request to ${next.origin}, which is not given the credentials`,
    );
  }
  return next.href;
}

function usable(response: ResponseLike): Reply {
  if (typeof response !== "object" || response === null || typeof response.status !== "number") {
    throw new Unusable("`fetch` gave something that is no Response");
  }
  const header = (name: string) => response.headers?.get?.(name) ?? undefined;
  const length = header("content-length");
  const said = length !== undefined && /^\d+$/.test(length) && header("content-encoding") === undefined;
  const { next, whole, cancel } = reader(response);
  return {
    status: response.status,
    contentType: header("content-type"),
    size: said ? Number(length) : undefined,
    header,
    read: next,
    all: response.arrayBuffer && whole,
    cancel,
  };
}

/** Reads the body piece by piece, however the reply offers it. */
function reader(response: ResponseLike) {
  let stream: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let over = false;
  const whole = async () => {
    if (over) return undefined;
    over = true;
    if (typeof response.arrayBuffer === "function") return new Uint8Array(await response.arrayBuffer());
    if (typeof response.text === "function") return new TextEncoder().encode(await response.text());
    throw new Unusable("`fetch` gave a Response without a body");
  };
  return {
    whole,
    next: async () => {
      if (stream === undefined) {
        const { body } = response;
        if (typeof body?.getReader !== "function") return whole();
        stream = body.getReader();
      }
      const { done, value } = await stream.read();
      return done ? undefined : value;
    },
    cancel: () => {
      // What comes of giving up is of no interest.
      const given = stream ? stream.cancel() : response.body?.cancel?.();
      given?.catch?.(() => {});
    },
  };
}

/** `Retry-After` in milliseconds from now: seconds, or a date. */
export function retryAfterMs(reply: Reply): number | undefined {
  const value = reply.header("retry-after");
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : undefined;
}

/** The whole body, in pieces, or nothing where it is larger than so many bytes. */
export async function readAll(reply: Reply, most: number, guard: Guard): Promise<Uint8Array[] | undefined> {
  const { all, size: said } = reply;
  if (all && said !== undefined && said <= most) {
    const body = (await guard.within(all)) as Uint8Array;
    // A header can lie.
    return body.length > most ? undefined : [body];
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const piece = await guard.within(reply.read);
    if (piece === undefined) return pieces;
    size += piece.length;
    if (size > most) {
      reply.cancel();
      return undefined;
    }
    pieces.push(piece);
  }
}

/** How many bytes pieces have. */
export function sizeOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((size, piece) => size + piece.length, 0);
}

/** Several pieces as one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  const whole = new Uint8Array(sizeOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
