import { core, Op } from "./core.js";
import { longestTimer, pause } from "./guard.js";
import { era } from "./instance.js";

/** Those who wait for the service's limits, by their number in the line of this life of the core: how to wake one. */
const waiting = new Map<number, () => void>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** Wakes the next in line, if it can go; else is back when it can. Called whenever a call goes, is over, or gives up. */
export function nextTurn(): void {
  clearTimeout(timer);
  if (waiting.size === 0) return;
  let next: number;
  try {
    next = core(Op.Turn);
  } catch {
    // Its instance died, and that has woken all.
    return;
  }
  // Who is woken asks, and by that lets the one behind have its turn.
  if (next < 0) waiting.get(era - next)?.();
  else if (next < Number.POSITIVE_INFINITY) timer = setTimeout(nextTurn, Math.min(next, longestTimer));
}

/** Waits until it is this one's turn, but no longer than so many milliseconds, or until the signal. */
export async function myTurn(ticket: number, ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await pause(ms, signal, (wake) => {
      waiting.set(ticket, wake);
      nextTurn();
    });
  } finally {
    waiting.delete(ticket);
  }
}
