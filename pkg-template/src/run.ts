import type { Context } from "./context.js";
import { type CallOptions, splitOptions, tell } from "./context.js";
import { checkCredentials, Fault, FileStart, Next, Operation } from "./core.js";
import { aborted, fromCore, guarded, SmscError, withoutSecrets } from "./errors.js";
import { Guard, isLoss, pause, wake } from "./guard.js";
import { discreet, toJson } from "./json.js";
import { joined, type Reply, readAll, send, Unusable } from "./transport.js";

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
    return JSON.parse(call.result()) as T;
  } finally {
    call.end();
  }
}

/** A call under way: does what the core says, and tells it what came of it. */
export class Call {
  readonly #context: Context;
  readonly #signal: AbortSignal | undefined;
  readonly #operation: Operation;
  readonly endpoint: string;
  #guard: Guard | undefined;
  #cause: unknown;
  #over = false;

  constructor(
    context: Context,
    method: string,
    input: unknown,
    options: CallOptions | undefined,
    own?: readonly string[],
  ) {
    const script = method.replace(/^(call|raw) /, "");
    const { signal, json } = splitOptions(options, script === method ? (method.split(".")[0] as string) : script, own);
    this.#context = context;
    this.#signal = signal;
    this.#operation = guarded(() => new Operation(method, context.settings, toJson(input), json, Date.now()));
    this.endpoint = this.#operation.endpoint;
  }

  /** Waits and sends until the core says that the call is done; rejects if it failed. `take` reads a reply. */
  async untilDone(upload: Upload | undefined, take: (reply: Reply, guard: Guard) => Promise<boolean>): Promise<void> {
    for (;;) {
      if (this.#signal?.aborted) throw aborted(this.#signal, this.endpoint);
      const next = guarded(() => this.#operation.next(Date.now(), this.#context.limits));
      switch (next) {
        case Next.WaitForLimit:
        case Next.WaitForRetry:
          await this.#wait(next === Next.WaitForLimit ? "limit" : "retry");
          break;
        case Next.Send:
          if (await this.#attempt(upload, take)) return;
          break;
        case Next.Done:
          return;
        default:
          this.result();
      }
    }
  }

  /** Hands a whole reply to the core. */
  async readWhole(reply: Reply, guard: Guard): Promise<boolean> {
    const most = this.#operation.maxReplyBytes;
    const body = await readAll(reply, most, guard);
    if (body === undefined) {
      throw new Unusable(`the reply is larger than maxReplyBytes (${most} bytes)`);
    }
    guard.came();
    const { status, contentType, retryAfterMs } = reply;
    guarded(() =>
      this.#operation.replied(status, contentType, retryAfterMs, body, Date.now(), Math.random(), this.#context.limits),
    );
    return false;
  }

  /** Reads a file's reply up to where it is seen to be a file: then gives its beginning, and the call stays open. */
  async readBeginning(reply: Reply, guard: Guard): Promise<{ pieces: Uint8Array[]; whole: boolean } | undefined> {
    const pieces: Uint8Array[] = [];
    const { status, contentType, retryAfterMs } = reply;
    for (let size = 0; ; ) {
      const piece = await guard.within(reply.read());
      if (piece !== undefined) {
        pieces.push(piece);
        size += piece.length;
      }
      const bytes = joined(pieces, size);
      const whole = piece === undefined;
      if (whole) guard.came();
      const began = guarded(() =>
        this.#operation.began(
          status,
          contentType,
          retryAfterMs,
          bytes,
          whole,
          Date.now(),
          Math.random(),
          this.#context.limits,
        ),
      );
      if (began === FileStart.File) return { pieces: size > 0 ? [bytes] : [], whole };
      if (began === FileStart.Over) {
        reply.cancel();
        return undefined;
      }
    }
  }

  /** How long the next piece of a file may take. */
  pieceTimeout(): number {
    return guarded(() => this.#operation.pieceTimeout(Date.now()));
  }

  /** The error for a file that broke off. */
  broken(fault: unknown): unknown {
    if (isLoss(fault) && fault.why === "aborted" && this.#signal?.aborted) return aborted(this.#signal, this.endpoint);
    try {
      const { kind, what } = this.#judge(fault);
      guarded(() => this.#operation.broke(kind, what, Date.now(), this.#context.limits));
      this.result();
    } catch (error) {
      return error;
    }
    return fault;
  }

  /** The result as JSON; throws what the call failed with. */
  result(): string {
    try {
      return this.#operation.result();
    } catch (thrown) {
      const cause = this.#cause;
      throw fromCore(
        thrown,
        cause === undefined ? undefined : withoutSecrets(cause, (text) => this.#operation.redact(text)),
      );
    }
  }

  /** Gives back what the call holds, once. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#guard?.close(true);
    try {
      this.#operation.ended(Date.now(), this.#context.limits);
      this.#operation.free();
    } finally {
      wake();
    }
  }

  async #wait(reason: "limit" | "retry"): Promise<void> {
    const ms = this.#operation.ms;
    const { onWait, logger } = this.#context;
    tell(() => onWait?.({ reason, ms: ms ?? 0, endpoint: this.endpoint }));
    tell(() => logger?.info?.(`smsc ${this.endpoint}: waits ${ms ?? "some"} ms (${reason})`));
    await pause(ms, this.#signal, reason === "limit");
  }

  async #attempt(upload: Upload | undefined, take: (reply: Reply, guard: Guard) => Promise<boolean>): Promise<boolean> {
    const guard = new Guard(this.#signal);
    this.#guard = guard;
    guard.limit(this.#operation.ms ?? 0);
    let open = false;
    try {
      await this.#authorize(guard);
      const url = guarded(() => this.#operation.url());
      tell(() => this.#context.logger?.debug?.(`smsc ${this.endpoint}: POST ${url}`));
      const reply = await send(this.#context.fetch, url, this.#body(upload), guard);
      tell(() => this.#context.logger?.debug?.(`smsc ${this.endpoint}: HTTP ${reply.status}`));
      open = await take(reply, guard);
      return open;
    } catch (fault) {
      if (fault instanceof SmscError) throw fault;
      if (isLoss(fault) && fault.why === "aborted" && this.#signal) throw aborted(this.#signal, this.endpoint);
      const { kind, what } = this.#judge(fault);
      guarded(() => this.#operation.failed(kind, what, Date.now(), Math.random(), this.#context.limits));
      return false;
    } finally {
      if (!open) {
        guard.close(true);
        wake();
      }
    }
  }

  /** What a fault is to the core. Its cause is kept for the error. */
  #judge(fault: unknown): { kind: Fault; what: string } {
    if (isLoss(fault)) {
      this.#cause = undefined;
      return { kind: Fault.Timeout, what: "" };
    }
    if (fault instanceof Unusable) {
      this.#cause = undefined;
      return { kind: Fault.BadReply, what: fault.message };
    }
    if (fault instanceof NoCredentials) {
      this.#cause = fault.cause;
      return { kind: Fault.Credentials, what: message(fault.cause) };
    }
    this.#cause = fault;
    return { kind: Fault.Connection, what: message(fault) };
  }

  async #authorize(guard: Guard): Promise<void> {
    const { credentials } = this.#context;
    if (typeof credentials === "string") return guarded(() => this.#operation.authorize(credentials));
    let json: string;
    try {
      json = toJson(discreet(await guard.within(ask(credentials))));
    } catch (fault) {
      throw isLoss(fault) ? fault : new NoCredentials(fault);
    }
    try {
      checkCredentials(json);
    } catch (thrown) {
      const { message, code, parameter } = fromCore(thrown);
      throw new SmscError({ code, message, endpoint: this.endpoint, ...(parameter && { parameter }) });
    }
    guarded(() => this.#operation.authorize(json));
  }

  #body(upload: Upload | undefined): string | FormData {
    const document = guarded(() => this.#operation.document());
    if (document === undefined || upload === undefined) return guarded(() => this.#operation.body());
    const { fileName, type } = JSON.parse(document);
    const form = new FormData();
    for (const [name, value] of JSON.parse(guarded(() => this.#operation.fields()))) form.append(name, value);
    // The service's page does not name the field: it took any name where that was tried.
    form.append("file", new Blob([upload], { type }), fileName);
    return form;
  }
}

/** `credentials()` threw, or rejected. */
class NoCredentials extends Error {
  constructor(cause: unknown) {
    super("", { cause });
  }
}

async function ask<T>(give: () => T | Promise<T>): Promise<T> {
  return give();
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
