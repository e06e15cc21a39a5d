// Reading a file that is in memory already, or that unpacks to much more, would not let timers, aborts or other requests run.

import { orUndefined } from "../runtime/user-values.js";

/** The longest time without a pause. */
const MAX_MS = 40;

// Taken now: a test may replace the timers later.
const { MessageChannel, setTimeout } = globalThis;

/** Returns a function that pauses, until the event loop has run, if the last pause was long ago. */
export function createPauses(): () => Promise<boolean> {
  let last = Date.now();
  return async () => {
    const elapsed = Date.now() - last;
    // A clock that was set back is as good as a long time.
    if (elapsed >= 0 && elapsed < MAX_MS) return false;
    await nextTask();
    last = Date.now();
    return true;
  };
}

/** Resolves after that time. */
export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves in another task of the event loop. A message is not delayed as a timer is. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    // The constructor is missing in some environments, and throws in the edge runtime of Next.js.
    const channel = orUndefined(() => new MessageChannel());
    if (channel === undefined) {
      setTimeout(resolve, 0);
      return;
    }
    const { port1, port2 } = channel;
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
