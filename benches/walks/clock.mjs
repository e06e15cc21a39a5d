/** A simulated clock: it stands still while tasks run, and jumps to the next timer when idle. */

const timers = new Map();
let now = Date.UTC(2026, 10, 22, 9);
let last = 0;

/** Replaces the platform's clock and timers. Call it before any code reads the time. */
export function install() {
  globalThis.Date.now = () => now;
  globalThis.setTimeout = (callback, ms = 0, ...args) => {
    timers.set(++last, { run: () => callback(...args), at: now + Math.max(0, ms) });
    return last;
  };
  globalThis.clearTimeout = (timer) => timers.delete(timer);
}

/** Runs timers until a promise settles, and returns the promise. Reports each jump to `onAdvance`. */
export async function run(promise, onAdvance) {
  let settled = false;
  const markSettled = () => {
    settled = true;
  };
  promise.then(markSettled, markSettled);
  for (;;) {
    for (let turn = 0; turn < 4 && !settled; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (settled) return promise;
    const [timer, { run, at }] = [...timers].reduce((first, other) => (other[1].at < first[1].at ? other : first));
    timers.delete(timer);
    onAdvance(at - now);
    now = at;
    run();
  }
}
