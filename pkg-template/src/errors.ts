import type { ErrorCode, Task } from "./core.js";

/** Both module formats of this package, and two copies of it, recognise each other's errors by this mark. */
const mark: unique symbol = Symbol.for("smsc-wasm.SmscError") as never;

/** What an `SmscError` carries beyond a message. */
export interface ErrorDetails {
  code: ErrorCode;
  message: string;
  endpoint?: string;
  retryable?: boolean;
  apiCode?: number;
  apiMessage?: string;
  httpStatus?: number;
  retryAfterMs?: number;
  parameter?: string;
  task?: Task;
}

/** Every rejection of this package. Branch on `code`; `message` is for people and may change. */
export class SmscError extends Error {
  /** The stable word for what went wrong. */
  declare readonly code: ErrorCode;
  /** `"history"`, `"senders"`, `"tasks"`, or a script's name; absent where no call was made. */
  declare readonly endpoint?: string;
  /** Whether the same call can be made again with some hope: it only reads, and the fault may pass. */
  declare readonly retryable: boolean;
  /** The service's own error number N. */
  declare readonly apiCode?: number;
  /** The service's own text, in English or Russian. */
  declare readonly apiMessage?: string;
  /** The HTTP status, where it was not 200. */
  declare readonly httpStatus?: number;
  /** When another try makes sense, in milliseconds from the rejection. */
  declare readonly retryAfterMs?: number;
  /** The parameter or option at fault, as a path: `"registrations.uaReg.taxId"`. */
  declare readonly parameter?: string;
  /** The task that was waited for, as last seen. */
  declare readonly task?: Task;

  /** @internal */
  constructor(details: ErrorDetails, options?: { cause?: unknown }) {
    super(details.message, options);
    const { message: _, code, endpoint, retryable = false, ...rest } = details;
    Object.assign(this, { code, ...(endpoint !== undefined && { endpoint }), retryable }, rest);
  }

  /** Everything but the stack, for logs: no credential is in it. */
  toJSON(): Record<string, unknown> {
    const { name, message, cause } = this;
    const json: Record<string, unknown> = { name, message };
    for (const key of Object.keys(this)) json[key] = this[key as keyof this];
    if (cause !== undefined) json.cause = brief(cause);
    return json;
  }
}

Object.defineProperty(SmscError.prototype, "name", { value: "SmscError", configurable: true, writable: true });
Object.defineProperty(SmscError.prototype, mark, { value: true });
// `instanceof` holds for the errors of any copy of this package; a subclass asks for itself.
Object.defineProperty(SmscError, Symbol.hasInstance, {
  value(this: unknown, value: unknown) {
    return this === SmscError ? isSmscError(value) : Function.prototype[Symbol.hasInstance].call(this as object, value);
  },
});

/** Whether a value is an `SmscError`, of this copy of the package or another. */
export function isSmscError(value: unknown): value is SmscError {
  return typeof value === "object" && value !== null && (value as { [mark]?: unknown })[mark] === true;
}

/** A fault in this package. */
export function internal(message: string, because?: { cause?: unknown }): SmscError {
  return new SmscError({ code: "internal", message }, because);
}

/** An error of the core: the JSON of its details. */
export function fromCore(json: string): SmscError {
  return new SmscError(JSON.parse(json));
}

/** The core's error, with the endpoint that it concerns, where it names none itself. */
export function named(fault: unknown, endpoint: string | undefined): unknown {
  if (!(fault instanceof SmscError) || (fault.endpoint ?? endpoint) === fault.endpoint) return fault;
  return again({ ...fault, message: fault.message, endpoint } as SmscError, fault);
}

/** The same error with a cause. */
export function again(error: SmscError, because: { cause?: unknown }): SmscError {
  return new SmscError({ ...error, message: error.message } as ErrorDetails, because);
}

/** The caller's abort: its reason is the cause. */
export function aborted(signal: AbortSignal, endpoint?: string): SmscError {
  const details = { code: "aborted", message: "the call was aborted by its signal", endpoint } as ErrorDetails;
  return new SmscError(details, { cause: signal.reason });
}

/** What a cause is called in `toJSON`. */
function brief(cause: unknown): unknown {
  if (typeof cause === "object" && cause !== null && "message" in cause) {
    return { name: String((cause as Error).name ?? "Error"), message: String(cause.message) };
  }
  return { name: typeof cause, message: String(cause) };
}

/**
 * A cause without secrets. It is given on as it is, unless its texts hold one: then a copy stands for it.
 * (A `fetch` of the user's own may put the request's body into its error.)
 */
export function withoutSecrets(cause: unknown, redact: (text: string) => string): unknown {
  const texts: string[] = [];
  gather(cause, texts, 0, new Set());
  if (texts.every((text) => redact(text) === text)) return cause;
  if (typeof cause !== "object" || cause === null) return redact(String(cause));
  const copy = new Error(redact(String((cause as Error).message ?? "")));
  copy.name = redact(String((cause as Error).name ?? "Error"));
  copy.stack = `${copy.name}: ${copy.message}`;
  return copy;
}

function gather(value: unknown, texts: string[], depth: number, seen: Set<unknown>): void {
  if (typeof value === "string") texts.push(value);
  if (typeof value !== "object" || value === null || depth > 10 || seen.has(value)) return;
  seen.add(value);
  if (value instanceof Map || value instanceof Set) gather([...value], texts, depth + 1, seen);
  for (const key of Reflect.ownKeys(value)) {
    try {
      texts.push(String(key));
      gather((value as Record<PropertyKey, unknown>)[key], texts, depth + 1, seen);
    } catch {
      // A getter that throws shows nothing.
    }
  }
}
