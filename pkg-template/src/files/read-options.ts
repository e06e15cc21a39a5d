import type { PlatformAbortSignal } from "../client/platform.js";
import { describe } from "../runtime/describe.js";
import { SmscError } from "../runtime/errors.js";
import type { FileProgress } from "./byte-source.js";

/** Options of every way to read a file. */
export interface ReadOptions {
  /**
   * Called after each piece of the file. Its exception ends the reading, and is passed on as it is; a promise is not awaited.
   * @default none
   */
  onProgress?: ((progress: FileProgress) => void) | undefined;
  /**
   * Aborts the reading and the download.
   * @default none
   */
  signal?: PlatformAbortSignal | undefined;
}

/** Their names. */
export const READ_OPTIONS: (keyof ReadOptions)[] = ["onProgress", "signal"];

/** A copy of the options; or a function that rejects them if one cannot be read, when the reading begins. */
export function copyOptions<T extends object>(options: T | null | undefined): { copy: Partial<T>; check(): void } {
  if (options != null && (typeof options !== "object" || Array.isArray(options))) {
    const check = () => {
      throw invalid("options", `an object, and got ${describe(options)}`, undefined);
    };
    return { copy: {}, check };
  }
  try {
    return { copy: { ...options }, check() {} };
  } catch (cause) {
    const check = () => {
      const message = "`options` cannot be read: a getter throws";
      throw SmscError.create({ code: "invalid_parameter", message, parameter: "options" }, { cause });
    };
    return { copy: {}, check };
  }
}

/** Rejects options of another type before anything is read. */
export function checkReadOptions({ onProgress, signal }: ReadOptions, endpoint?: string): void {
  if (onProgress !== undefined && typeof onProgress !== "function") throw invalid("onProgress", "a function", endpoint);
  // One of another realm, or a polyfill, is taken by what it can do.
  if (signal !== undefined && typeof signal?.addEventListener !== "function")
    throw invalid("signal", `an AbortSignal${hintOfSignal(signal)}`, endpoint);
}

/** An `AbortController` has a signal. */
function hintOfSignal(given: unknown): string {
  return (given as { signal?: unknown } | null)?.signal ? ": pass the controller's `signal`" : "";
}

function invalid(parameter: string, expected: string, endpoint: string | undefined): SmscError {
  const message = `\`${parameter}\` takes ${expected}`;
  return SmscError.create({ code: "invalid_option", message, ...(endpoint && { endpoint }), parameter });
}
