/** Timers and promises that an abort rejects. They use real time, because they model the network and not the service's clock. */

/**
 * Settles as `promise` does, or rejects when the signal aborts.
 *
 * @template T
 * @param {PromiseLike<T>} promise
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<T>}
 */
export function abortable(promise, signal) {
  if (!signal) return Promise.resolve(promise);
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).then(() => signal.removeEventListener("abort", abort));
  });
}

/**
 * @param {number} ms
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<void>}
 */
export function sleep(ms, signal) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {Promise<void>} */
  const elapsed = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  // Without this, an aborted timer keeps the process alive.
  return abortable(elapsed, signal).finally(() => clearTimeout(timer));
}

/**
 * Never resolves; rejects when the signal aborts.
 *
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<never>}
 */
export const untilAborted = (signal) => abortable(new Promise(() => {}), signal);
