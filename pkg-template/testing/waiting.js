/** Waiting that an abort ends. All of it is in real time: it belongs to the network, not to the service's clock. */

/**
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
  // An aborted wait must not keep a process alive.
  return abortable(elapsed, signal).finally(() => clearTimeout(timer));
}

/**
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<never>}
 */
export const forever = (signal) => abortable(new Promise(() => {}), signal);
