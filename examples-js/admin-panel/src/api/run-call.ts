/** Runs calls of the client so that their waits are shown and can be cancelled. */
import { isSmscError, type Smsc, type WaitEvent } from "smsc-wasm";
import { getClient } from "./client.ts";
import { endWait, showWait } from "./waits.ts";

/** The options that every call of the panel has. */
export interface CallOptions {
  readonly signal: AbortSignal;
  readonly onWait: (event: WaitEvent) => void;
}

/**
 * Runs a call, or several in a row.
 *
 * @param run Receives the client and the options of each call.
 * @param controller Cancels the call.
 */
export async function runCall<Result>(
  run: (client: Smsc, options: CallOptions) => Promise<Result>,
  controller = new AbortController(),
): Promise<Result> {
  const onWait = (event: WaitEvent) => showWait(controller, event);
  try {
    return await run(await getClient(), { signal: controller.signal, onWait });
  } finally {
    endWait(controller);
  }
}

/** Whether the user, or a page that was closed, cancelled the call. */
export const isCancelled = (error: unknown): boolean => isSmscError(error) && error.code === "aborted";
