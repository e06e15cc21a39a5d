import { charsetOf, textOf } from "./charset.js";
import type { Context } from "./context.js";
import { type CallOptions, settled, splitOptions, tell } from "./context.js";
import { core, coreText, drop, Fault, Got, make, Next, Op } from "./core.js";
import { aborted, again, named, SmscError, withoutSecrets } from "./errors.js";
import { Guard, Loss, pause } from "./guard.js";
import { era, type Handle, memory, put, text } from "./instance.js";
import { discreet, toJson } from "./json.js";
import { messagesOf } from "./page.js";
import { Failed, Place } from "./place.js";
import { joined, type Reply, readAll, retryAfterMs, send, sizeOf, Unusable } from "./transport.js";
import { myTurn, nextTurn } from "./turns.js";

/** A document to send along with a call. */
export type Upload = Blob;

/** One call, from its parameters to its result. */
export async function run<T>(
  context: Context,
  method: string,
  input: unknown,
  options: CallOptions | undefined,
  upload?: Upload,
): Promise<T> {
  const call = new Call(context, method, input, options);
  try {
    await call.untilDone(upload, (reply, guard) => call.readWhole(reply, guard));
    return call.result as T;
  } finally {
    const leaving = call.end();
    if (leaving) await leaving;
  }
}

/** A call under way: does what the core says, and tells it what came of it. */
export class Call {
  readonly #context: Context;
  readonly #signal: AbortSignal | undefined;
  readonly #call: Handle;
  readonly #place: Place | undefined;
  readonly #sends: () => void;
  endpoint: string;
  /** What the call gave. */
  result: unknown;
  /** Where the request goes, or how long to wait. */
  #line: string | undefined;
  #body: string | undefined;
  /** Of a reply that stays open. */
  #guard: Guard | undefined;
  #cause: unknown;
  #over = false;

  constructor(
    context: Context,
    method: string,
    given: unknown,
    options: CallOptions | undefined,
    own?: readonly string[],
  ) {
    const script = method.replace(/^(call|raw) /, "");
    this.endpoint = script === method ? (method.split(".")[0] as string) : script;
    const { signal, json } = splitOptions(options, this.endpoint, own);
    const { client, limiter } = context;
    this.#context = context;
    this.#signal = signal;
    const input = toJson(given);
    this.#sends = () => client.sends(method, input);
    try {
      this.#call = make(Op.NewCall, client.handle, `${method}\n${json}\n${input}`);
    } catch (fault) {
      throw named(fault, this.endpoint);
    }
    if (limiter) {
      this.#place = new Place(limiter, this.#call, settled(context, options).limits ?? "wait", context.logger);
    }
  }

  /** Waits and sends until the core says that the call is done; rejects if it failed. `take` reads a reply. */
  async untilDone(upload: Upload | undefined, take: (reply: Reply, guard: Guard) => Promise<boolean>): Promise<void> {
    try {
      for (;;) {
        if (this.#signal?.aborted) throw aborted(this.#signal, this.endpoint);
        const next = this.#next();
        nextTurn();
        switch (next) {
          case Next.WaitForLimit:
          case Next.WaitForRetry:
            await this.#wait(next === Next.WaitForLimit ? "limit" : "retry");
            break;
          case Next.Authorize:
            await this.#tried((guard) => this.#authorize(guard));
            break;
          case Next.Ask:
            await this.#tried((guard) => (this.#place as Place).ask(guard));
            break;
          default:
            if (next < 0) return;
            if (await this.#tried((guard) => this.#attempt(guard, upload, take), next)) return;
            if (this.#place) await this.#place.leave();
        }
      }
    } catch (fault) {
      throw named(fault, this.endpoint);
    }
  }

  /** Hands a whole reply to the core. */
  async readWhole(reply: Reply, guard: Guard): Promise<boolean> {
    const most = this.#context.maxReplyBytes;
    const body = await readAll(reply, most, guard);
    if (body === undefined) {
      throw new Unusable(`the reply is larger than maxReplyBytes (${most} bytes)`);
    }
    guard.came();
    this.#judgeReply(reply, body, true);
    return false;
  }

  /** Reads a file's reply up to where it is seen to be a file: then gives its beginning, and the call stays open. */
  async readBeginning(reply: Reply, guard: Guard): Promise<{ pieces: Uint8Array[]; whole: boolean } | undefined> {
    const pieces: Uint8Array[] = [];
    for (;;) {
      const piece = await guard.within(reply.read);
      const whole = piece === undefined;
      if (whole) guard.came();
      else pieces.push(piece);
      const got = this.#judgeReply(reply, pieces, whole);
      if (got === Got.File) return { pieces, whole };
      if (got === Got.Read) {
        reply.cancel();
        return undefined;
      }
    }
  }

  /** What the core says of a reply, or of a file's beginning. */
  #judgeReply(reply: Reply, pieces: readonly Uint8Array[], whole: boolean): Got {
    const { status, contentType } = reply;
    if (whole && status === 200 && this.#takesPage(pieces)) return Got.Read;
    const body = joined(pieces);
    const head = `${status}\n${status === 200 ? "" : (retryAfterMs(reply) ?? "")}\n`;
    const text = textOf(body, charsetOf(body, contentType), !whole);
    return core(Op.Replied, this.#call, head + text, Math.random(), Number(whole));
  }

  /** Gives the core a page of the history as it came. It takes nearly all, and they are UTF-8. */
  #takesPage(pieces: readonly Uint8Array[]): boolean {
    let place = core(Op.Room, this.#call, "", sizeOf(pieces));
    if (place === 0) return false;
    for (const piece of pieces) {
      put(piece, place);
      place += piece.length;
    }
    const found = core(Op.Feed, this.#call);
    if (found === 0) return false;
    this.result = messagesOf(memory(), found);
    return true;
  }

  /** How long what comes next may take, such as a piece of a file. The call's place with a shared limiter is renewed meanwhile. */
  timeLeft(): number {
    this.#place?.renew();
    return core(Op.Timeout, this.#call);
  }

  /** The error for a file that broke off. */
  broken(fault: unknown): unknown {
    if (this.#signal?.aborted && fault instanceof Loss) return aborted(this.#signal, this.endpoint);
    try {
      this.#failed(fault, true);
      this.#next();
    } catch (error) {
      return error;
    }
    return fault;
  }

  /** The next step, and what is left of it: the request, or the result. Throws what the call failed with. */
  #next(): number {
    try {
      const next = core(Op.Next, this.#call);
      if (next > Next.Done) [this.endpoint, this.#line, this.#body] = text().split("\n") as [string, string?, string?];
      else this.result ??= JSON.parse(text());
      return next;
    } catch (error) {
      const cause = this.#cause;
      if (cause === undefined || !(error instanceof SmscError)) throw error;
      throw again(error, { cause: withoutSecrets(cause, (text) => coreText(Op.Redact, this.#call, text)) });
    }
  }

  /** Gives back what the call holds, once. Another's limiter may take a while. */
  end(): Promise<void> | undefined {
    if (this.#over) return undefined;
    this.#over = true;
    this.#guard?.close(true);
    const place = this.#place?.leave();
    drop(this.#call);
    nextTurn();
    return place;
  }

  async #wait(reason: "limit" | "retry"): Promise<void> {
    const { onWait, logger, waited } = this.#context;
    const known = this.#line;
    const ms = Number(known ?? Number.POSITIVE_INFINITY);
    tell(() => onWait?.({ reason, ms: known ? ms : 0, endpoint: this.endpoint }));
    tell(() => logger?.info?.(`smsc ${this.endpoint}: waits ${known ? ms : "some"} ms (${reason})`));
    const began = Date.now();
    if (reason === "limit" && this.#place === undefined)
      await myTurn(core(Op.Ticket, this.#call) + era, ms, this.#signal);
    else await pause(ms, this.#signal);
    waited?.(Date.now() - began);
  }

  /** Does a part of an attempt, within its time; a fault is told to the core. Gives whether a reply stays open. */
  async #tried(part: (guard: Guard) => Promise<boolean>, ms = this.timeLeft()): Promise<boolean> {
    const guard = new Guard(this.#signal);
    let open = false;
    try {
      guard.limit(ms);
      open = await part(guard);
      if (open) this.#guard = guard;
      return open;
    } catch (fault) {
      if (fault instanceof SmscError) throw fault;
      if (this.#signal?.aborted && fault instanceof Loss) throw aborted(this.#signal, this.endpoint);
      this.#failed(fault, false);
      return false;
    } finally {
      if (!open) guard.close(true);
    }
  }

  async #attempt(
    guard: Guard,
    upload: Upload | undefined,
    take: (reply: Reply, guard: Guard) => Promise<boolean>,
  ): Promise<boolean> {
    const { fetch, logger } = this.#context;
    const body = upload ? this.#form(upload) : this.#body;
    this.#body = undefined;
    tell(() => logger?.debug?.(`smsc ${this.endpoint}: POST ${this.#line}`));
    if (this.#place === undefined) this.#sends();
    const reply = await send(fetch, this.#line as string, body as string | FormData, guard);
    tell(() => logger?.debug?.(`smsc ${this.endpoint}: HTTP ${reply.status}`));
    // To await it here takes fewer turns than to leave that to whoever waits for this.
    return await take(reply, guard);
  }

  /** Tells the core of a fault. Its cause is kept for the error. */
  #failed(fault: unknown, broke: boolean): void {
    const { kind, what, cause } = judged(fault);
    this.#cause = cause;
    core(Op.Failed, this.#call, what, Math.random(), kind + (broke ? 8 : 0));
  }

  async #authorize(guard: Guard): Promise<boolean> {
    const { credentials } = this.#context;
    let json: string;
    try {
      json = toJson(discreet(await guard.within(credentials as NonNullable<typeof credentials>)));
    } catch (fault) {
      throw fault instanceof Loss ? fault : new Failed(Fault.Credentials, fault);
    }
    core(Op.Authorize, this.#call, json);
    return false;
  }

  /** The same body with a document in it. */
  #form(upload: Upload): FormData {
    const [type, fileName] = coreText(Op.Document, this.#call).split(/ (.*)/s) as [string, string];
    const form = new FormData();
    for (const [name, value] of new URLSearchParams(this.#body)) form.append(name, value);
    // The service's page does not name the field: it took any name where that was tried.
    form.append("file", new Blob([upload], { type }), fileName);
    return form;
  }
}

/** What a fault is to the core. */
function judged(fault: unknown): { kind: Fault; what: string; cause?: unknown } {
  if (fault instanceof Loss) return { kind: Fault.Timeout, what: "" };
  if (fault instanceof Unusable) return { kind: Fault.BadReply, what: fault.message };
  if (fault instanceof Failed) return { kind: fault.kind, what: message(fault.cause), cause: fault.cause };
  return { kind: Fault.Connection, what: message(fault), cause: fault };
}

/** A fault in words, with what it was caused by: `fetch failed` alone says nothing. */
function message(fault: unknown): string {
  try {
    return words(fault);
  } catch {
    return "a fault that cannot be read";
  }
}

function words(fault: unknown): string {
  if (typeof fault !== "object" || fault === null) return String(fault);
  const { message, cause } = fault as { message?: unknown; cause?: unknown };
  const own = typeof message === "string" && message !== "" ? message : String((fault as Error).name ?? "Error");
  const inner = cause as { message?: unknown; code?: unknown } | undefined;
  const deeper = inner && typeof inner === "object" ? (inner.code ?? inner.message) : undefined;
  return deeper === undefined ? own : `${own} (${String(deeper)})`;
}
