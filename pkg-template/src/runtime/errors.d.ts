import type { ErrorDetails as CoreErrorDetails, ErrorCode, Task } from "../core.js";
/** What an `SmscError` carries beyond its stack and its cause. */
export interface ErrorDetails extends CoreErrorDetails {
    /** The awaited task, as last seen. */
    task?: Task;
}
/** Every rejection of this package. Branch on `code`; `message` is for people and may change. */
export declare class SmscError extends Error {
    /** The stable word for what went wrong. */
    readonly code: ErrorCode;
    /** `"history"`, `"senders"`, `"tasks"`, or a script's name; absent if no call was made. */
    readonly endpoint?: string;
    /** Whether a retry is safe and may succeed: the call only reads, and the failure may pass. */
    readonly retryable: boolean;
    /** The service's own error number N. */
    readonly apiCode?: number;
    /** The service's own text, in English or Russian. */
    readonly apiMessage?: string;
    /** The HTTP status, if it is not 200. */
    readonly httpStatus?: number;
    /** When a retry makes sense, in milliseconds from the rejection. */
    readonly retryAfterMs?: number;
    /** The parameter or option at fault, as a path: `"registrations.uaReg.taxId"`. */
    readonly parameter?: string;
    /** The awaited task, as last seen. */
    readonly task?: Task;
    /** Everything but the stack, for logs: it contains no credential. */
    toJSON(): Record<string, unknown>;
}
/** Whether a value is an `SmscError`, of this copy of the package or another. */
export declare function isSmscError(value: unknown): value is SmscError;
/** A fault in this package. */
export declare function internal(message: string, options?: {
    cause?: unknown;
}): SmscError;
/** The abort of a caller: its reason is the cause. */
export declare function aborted(signal: AbortSignal, endpoint?: string): SmscError;
/** The error, naming the endpoint unless it names one. Other values stay as they are. */
export declare function withEndpoint(error: unknown, endpoint: string | undefined): unknown;
