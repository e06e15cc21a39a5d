// Values of a user: to read one, or to call its functions, may throw or reject.

/** The result of a function; `undefined` if it throws, as a getter or a proxy may. */
export function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Gives a promise that is not awaited a handler, so that its rejection does not count as unhandled. It may be of another realm. */
export function ignoreRejection(value: unknown): void {
  orUndefined(() => {
    const { then } = Object(value) as { then?: unknown };
    if (typeof then === "function") then.call(value, undefined, () => {});
  });
}

/** Calls `onProgress`, whose exception is passed on. */
export function callProgress<T>(onProgress: ((progress: T) => unknown) | undefined, progress: T): void {
  ignoreRejection(onProgress?.(progress));
}
