/** A clock that stands still while there is something to do, and jumps to the next timer when there is not. */

const timers = new Map();
let now = Date.UTC(2026, 10, 22, 9);
let last = 0;

/** Puts the clock in place of the platform's. To be called before anything reads the time. */
export function install() {
  globalThis.Date.now = () => now;
  globalThis.setTimeout = (run, ms = 0) => {
    timers.set(++last, { run, at: now + Math.max(0, ms) });
    return last;
  };
  globalThis.clearTimeout = (timer) => timers.delete(timer);
}

/** Runs until a promise is settled, and gives what it gives. */
export async function run(promise, passed) {
  let settled = false;
  const note = () => {
    settled = true;
  };
  promise.then(note, note);
  for (;;) {
    for (let turn = 0; turn < 4 && !settled; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (settled) return promise;
    const [timer, { run, at }] = [...timers].reduce((first, other) => (other[1].at < first[1].at ? other : first));
    timers.delete(timer);
    passed(at - now);
    now = at;
    run();
  }
}
