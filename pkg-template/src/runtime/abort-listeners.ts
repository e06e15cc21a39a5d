// One listener for all that wait for a signal: Node.js warns of a leak at the eleventh.

type Target = Pick<AbortSignal, "addEventListener" | "removeEventListener">;

interface Shared {
  readonly callbacks: Set<() => void>;
  listener(): void;
}

const sharedOf = new WeakMap<Target, Shared>();

/** Calls back when the signal aborts. Returns a function that ends it. */
export function onAbort(signal: Target, callback: () => void): () => void {
  const shared = sharedOf.get(signal) ?? share(signal);
  // Of its own, so that one callback can be added twice.
  const own = () => callback();
  if (shared.callbacks.size === 0) signal.addEventListener("abort", shared.listener);
  shared.callbacks.add(own);
  return () => {
    if (shared.callbacks.delete(own) && shared.callbacks.size === 0)
      signal.removeEventListener("abort", shared.listener);
  };
}

/** The value of a promise, unless the signal aborts first. */
export async function unlessAborted<T>(
  signal: Target & { aborted: boolean },
  promise: Promise<T>,
  error: () => Error,
): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => reject(error());
    if (signal.aborted) abort();
    else stop = onAbort(signal, abort);
  });
  try {
    return await Promise.race([aborted, promise]);
  } finally {
    stop();
  }
}

function share(signal: Target): Shared {
  const callbacks = new Set<() => void>();
  const listener = () => {
    for (const each of [...callbacks]) each();
  };
  const shared = { callbacks, listener };
  sharedOf.set(signal, shared);
  return shared;
}
