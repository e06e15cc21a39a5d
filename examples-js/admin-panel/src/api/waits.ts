/** The calls that wait now: for the service's rate limits, or before a retry. */
import { signal } from "@preact/signals";
import type { WaitEvent } from "smsc-wasm";

export interface Wait {
  /** Identifies the call, and cancels it. */
  readonly controller: AbortController;
  readonly method: string;
  readonly reason: WaitEvent["reason"];
  /** The expected end, in milliseconds of `Date.now()`. */
  readonly until: number;
}

/** A shorter wait is not worth a message. */
const MIN_SHOWN_MS = 1000;

export const waits = signal<readonly Wait[]>([]);

export function showWait(controller: AbortController, { method, reason, waitMs }: WaitEvent): void {
  if (reason === "poll" || waitMs < MIN_SHOWN_MS) return;
  endWait(controller);
  waits.value = [...waits.value, { controller, method, reason, until: Date.now() + waitMs }];
}

export function endWait(controller: AbortController): void {
  if (waits.value.some((wait) => wait.controller === controller)) {
    waits.value = waits.value.filter((wait) => wait.controller !== controller);
  }
}
