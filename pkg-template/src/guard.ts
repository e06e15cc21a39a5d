import { alarms } from "./instance.js";

/** How something that was waited for ended without a value. */
export class Loss {
  constructor(readonly why: "aborted" | "timeout") {}
}

/** Longer than this, `setTimeout` would fire at once. */
export const longestTimer = 2_147_483_647;

/**
 * Watches over one attempt: a time limit, the caller's signal, and the life of the core. Whichever comes first aborts the request and rejects what
 * is waited for with a `Loss`, even where a `fetch` does not heed its signal. `close` clears timer and listener.
 */
export class Guard {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lose: ((loss: Loss) => void) | undefined;
  #lost: Loss | undefined;
  #came = false;

  constructor(signal: AbortSignal | undefined) {
    this.#outer = signal;
    alarms.add(this.#onAbort);
    signal?.addEventListener("abort", this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  /** For `fetch`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Does something and waits for what comes of it. Nothing is done any more where it would be too late. */
  within<T>(act: () => T | PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#lost) throw this.#lost;
      this.#lose = reject;
      // Whatever comes of it is taken, also where it is too late: nobody else looks at it.
      Promise.resolve(act()).then(resolve, (fault) => reject(this.#lost ?? fault));
    });
  }

  /** Starts the time limit anew. */
  limit(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end("timeout"), Math.min(ms, longestTimer));
  }

  /** Stops the time limit while nothing is waited for. */
  pause(): void {
    clearTimeout(this.#timer);
  }

  /** The reply came to its end: there is nothing left to give up. */
  came(): void {
    this.#came = true;
  }

  /** Ends the watch. If so wished, what is still under way is given up: an abort costs more than a whole small call. */
  close(giveUp = false): void {
    clearTimeout(this.#timer);
    alarms.delete(this.#onAbort);
    this.#outer?.removeEventListener("abort", this.#onAbort);
    if (giveUp && !this.#came) this.#controller.abort();
  }

  readonly #onAbort = () => this.#end("aborted");

  #end(why: Loss["why"]): void {
    this.#lost ??= new Loss(why);
    this.close();
    this.#lose?.(this.#lost);
    this.#controller.abort();
  }
}

/** Waits so many milliseconds, or until the signal, or the core's death; leaves no timer and no listener behind. */
export function pause(ms: number, signal: AbortSignal | undefined, told?: (end: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      alarms.delete(end);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, Math.min(ms, longestTimer));
    alarms.add(end);
    signal?.addEventListener("abort", end);
    if (signal?.aborted) end();
    told?.(end);
  });
}
