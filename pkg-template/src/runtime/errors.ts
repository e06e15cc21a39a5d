import type { ErrorDetails as CoreErrorDetails, ErrorCode, Task } from "../core.js";
import { orUndefined } from "./user-values.js";

/** Both module formats of this package, and two copies of it, recognize each other's errors by this mark. */
const mark: unique symbol = Symbol.for("smsc-wasm.SmscError") as never;

/** What an `SmscError` carries beyond its stack and its cause. */
export interface ErrorDetails extends CoreErrorDetails {
  /** The awaited task, as last seen. */
  task?: Task;
}

/** Every rejection of this package. Branch on `code`; `message` is for people and may change. */
export class SmscError extends Error {
  /** The stable word for what went wrong. */
  declare readonly code: ErrorCode;
  /** `"history"`, `"senders"`, `"tasks"`, or a script's name; absent if no call was made. */
  declare readonly endpoint?: string;
  /**
   * Whether a retry is safe and may succeed: the call only reads, and the failure may pass. `false` for every change; if its error has
   * `retryAfterMs` and no `outcomeUnknown`, nothing changed, and you can repeat it yourself after that time.
   */
  declare readonly retryable: boolean;
  /**
   * Whether the service may have made the change, or may not: check before you repeat it. Absent if it certainly did not, and for
   * calls that only read. After a failure of the WebAssembly it is `true` for every change that was begun, sent or not, and for every
   * `call` and `raw`.
   */
  declare readonly outcomeUnknown?: boolean;
  /** The service's own error number N. */
  declare readonly apiCode?: number;
  /** The service's own text, in English or Russian, shortened and without credentials. */
  declare readonly apiMessage?: string;
  /**
   * The HTTP status, if it is not 200. Of a time-out without a response, or a retry that the rate limits forbid, that of the attempt
   * before it.
   */
  declare readonly httpStatus?: number;
  /**
   * How many attempts of a request were sent: 0 if it failed before the first, as when the rate limits forbade it. Of an iteration,
   * those of its last request, and not of the pages before it. Absent if no call was made, or if the signal aborted an iteration
   * or `tasks.waitFor` between two requests.
   *
   * Of `tasks.waitFor`: if the task failed or was not done in time, the number of polls that were answered, and absent if none was;
   * if a poll failed, the attempts of that poll.
   */
  declare readonly attempts?: number;
  /**
   * When a retry makes sense, in milliseconds from the rejection. Also with `retryable: false`: a change without `outcomeUnknown` did
   * not happen, as after error 9, HTTP 429 with `Retry-After`, or if the rate limits forbade it (`rateLimit: "fail"`,
   * `maxRateLimitWaitMs`).
   */
  declare readonly retryAfterMs?: number;
  /** The parameter or option at fault, as a path: `"registrations.uaReg.taxId"`. */
  declare readonly parameter?: string;
  /** The awaited task, as last seen. */
  declare readonly task?: Task;

  private constructor(details: ErrorDetails, options?: { cause?: unknown }) {
    super(details.message, options);
    const { message: _, code, endpoint, retryable = false, ...rest } = details;
    // The type requires that the class declares, and thereby documents, each field of the core.
    Object.assign(
      this,
      { code, ...(endpoint !== undefined && { endpoint }), retryable },
      rest satisfies Pick<SmscError, keyof typeof rest>,
    );
  }

  /**
   * Creates an error. The constructor is private, because only this package creates errors.
   * @internal
   */
  static create(details: ErrorDetails, options?: { cause?: unknown }): SmscError {
    return new SmscError(details, options);
  }

  /**
   * Everything but the stack, for logs: it contains no credential. `JSON.stringify` calls it.
   *
   * @returns The fields; `cause` as its name and message. Never throws.
   * @example
   * console.error(JSON.stringify(error));
   */
  toJSON(): Record<string, unknown> {
    const { name, message, cause } = this;
    const json: Record<string, unknown> = { name, message };
    for (const key of Object.keys(this)) json[key] = this[key as keyof this];
    if (cause !== undefined) json.cause = summary(cause);
    return json;
  }
}

// The bundler renames a class that refers to itself, and loggers show the name of the constructor.
Object.defineProperty(SmscError, "name", { value: "SmscError", configurable: true });
Object.defineProperty(SmscError.prototype, "name", { value: "SmscError", configurable: true, writable: true });
Object.defineProperty(SmscError.prototype, mark, { value: true });
// `instanceof` holds for the errors of any copy of this package; a subclass decides by itself.
Object.defineProperty(SmscError, Symbol.hasInstance, {
  value(this: unknown, value: unknown) {
    return this === SmscError ? isSmscError(value) : Function.prototype[Symbol.hasInstance].call(this as object, value);
  },
});

/**
 * Whether a value is an `SmscError`, of this copy of the package or another.
 *
 * @param value Any value, such as one that was caught.
 * @returns Whether it is one. Never throws.
 * @example
 * if (isSmscError(error) && error.code === "not_found") return undefined;
 */
export function isSmscError(value: unknown): value is SmscError {
  const isMarked = () => typeof value === "object" && value !== null && (value as { [mark]?: unknown })[mark] === true;
  return orUndefined(isMarked) ?? false;
}

/** Creates an error of the core. */
export function errorOfCore(details: ErrorDetails, cause: unknown): SmscError {
  return SmscError.create(details, cause === undefined ? undefined : { cause });
}

/**
 * The same error, with the stack of the async function that catches it: V8 adds the functions that await that one. The error's own stack
 * begins where a response or a piece of a file arrived, and has no frame of the caller. What the caller's own functions threw stays
 * as it is.
 */
export function atCaller(error: unknown): unknown {
  if (isSmscError(error)) Error.captureStackTrace?.(error, atCaller);
  return error;
}

/** A fault in this package. */
export function internal(message: string, options?: { cause?: unknown }): SmscError {
  return SmscError.create({ code: "internal", message }, options);
}

/** The WebAssembly is used before it is loaded. */
export function notLoaded(message: string): SmscError {
  return SmscError.create({ code: "invalid_option", message, parameter: "source" });
}

/** The abort of a caller: its reason is the cause. */
export function aborted(signal: AbortSignal, endpoint?: string): SmscError {
  const details = { code: "aborted" as const, message: "the call was aborted by its signal" };
  const cause: unknown = orUndefined(() => signal.reason);
  return SmscError.create(endpoint === undefined ? details : { ...details, endpoint }, { cause });
}

/** The error, naming the endpoint unless it names one. Other values stay as they are. */
export function withEndpoint(error: unknown, endpoint: string | undefined): unknown {
  if (!isSmscError(error) || error.endpoint !== undefined || endpoint === undefined) return error;
  return copyOf(error, { endpoint });
}

/** The same error of a change that the service may have made, or not. */
export function withUnknownOutcome(error: SmscError): SmscError {
  const message = `${error.message}; whether the change was made is not known: check before you repeat it`;
  return copyOf(error, { message, outcomeUnknown: true });
}

function copyOf(error: SmscError, changes: Partial<ErrorDetails>): SmscError {
  const { message, cause } = error;
  return SmscError.create(
    { ...error, message, ...changes } as ErrorDetails,
    cause === undefined ? undefined : { cause },
  );
}

/** A cause in `toJSON`. */
function summary(cause: unknown): unknown {
  try {
    if (typeof cause === "object" && cause !== null && "message" in cause) {
      return { name: String((cause as Error).name ?? "Error"), message: String(cause.message) };
    }
    return { name: typeof cause, message: String(cause) };
  } catch {
    return { name: typeof cause, message: "a value that cannot be read" };
  }
}
