/** The progress on the terminal: one line, which is rewritten. A log gets only the long waits. */

/** Waits below this are not worth a line. */
const LONG_WAIT_MS = 5_000;

/** The day of a time in Unix seconds, in the service's time (UTC+3). */
const dayOf = (seconds) => new Date((seconds + 3 * 3600) * 1000).toISOString().slice(0, 10);

/** @param {import("node:tty").WriteStream} output The terminal, or a log. */
export function createProgress(output) {
  const show = (text) => output.isTTY && output.write(`\r\x1b[2K${text}`);
  return {
    /** The client received another page of the history: its `onProgress`. */
    history({ messages, oldest }) {
      const reached = oldest === undefined ? "" : `, back to ${dayOf(oldest)}`;
      show(`${messages.toLocaleString("en")} messages${reached}`);
    },
    /** The client received another part of the file: its `onProgress`. */
    file({ bytes, rows }) {
      show(`${(bytes / 1e6).toFixed(1)} MB, ${rows.toLocaleString("en")} rows`);
    },
    /** The client begins a wait: its `onWait`. */
    wait({ reason, waitMs }) {
      const cause = { rate_limit: "the service's limit of requests", poll: "the task" }[reason] ?? "the next attempt";
      const text = `waiting ${Math.ceil(waitMs / 1000)} s for ${cause}`;
      if (output.isTTY) show(text);
      else if (waitMs >= LONG_WAIT_MS) output.write(`${text}\n`);
    },
    /** Removes the line. */
    stop() {
      show("");
    },
  };
}
