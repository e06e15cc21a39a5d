/** The progress on the terminal. A log gets only the notes and the long waits. */
import { SingleBar } from "cli-progress";

const DAY_SECONDS = 86_400;
/** Waits below this are not worth a line. */
const LONG_WAIT_MS = 5_000;

const number = (value) => value.toLocaleString("en");
const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);

/** Formats a duration in its two largest units: `1 h 5 min`, `40 s`. */
export function formatDuration(ms) {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The days of a query, in Unix seconds. Without a first day, the share that is done is unknown. */
function periodOf({ start, end }) {
  const now = Date.now() / 1000;
  return {
    first: start && Date.parse(start) / 1000,
    last: Math.min(now, end ? Date.parse(end) / 1000 + DAY_SECONDS : now),
  };
}

/** The share of the period that is done; 0 if it is unknown. */
function shareOf(oldest, { first, last }) {
  if (first === undefined || oldest === undefined) return 0;
  return Math.min(1, Math.max(0, (last - oldest) / Math.max(1, last - first)));
}

/** @param {import("node:tty").WriteStream} output The terminal, or a log. */
export function createProgress(output) {
  let bar;
  let period;
  let detail = "starting";
  let countdown;
  const endWait = () => clearInterval(countdown);
  return {
    /** Prints a line. */
    note(text) {
      output.write(`${text}\n`);
    },
    /** The download begins. */
    start(query) {
      period = periodOf(query);
      if (!output.isTTY) return;
      const share = period.first === undefined ? "" : "{bar} {percentage} %  ";
      const format = `${share}{state}`;
      // The export itself handles signals.
      bar = new SingleBar({
        stream: output,
        format,
        barsize: 24,
        hideCursor: true,
        clearOnComplete: true,
        gracefulExit: false,
      });
      bar.start(100, 0, { state: detail });
    },
    /** The client received another page: its `onProgress`. */
    update({ messages, oldest, etaMs }) {
      endWait();
      const reached = oldest === undefined ? "" : `, back to ${day(oldest)}`;
      const rest = etaMs ? `, about ${formatDuration(etaMs)} left` : "";
      detail = `${number(messages)} messages${reached}${rest}`;
      bar?.update(Math.round(100 * shareOf(oldest, period)), { state: detail });
    },
    /** The client begins a wait: its `onWait`. */
    wait({ reason, waitMs }) {
      const cause = reason === "rate_limit" ? "the service's limit of requests" : "the next attempt";
      const text = (ms) => `waiting ${formatDuration(ms)} for ${cause}`;
      if (!bar && waitMs >= LONG_WAIT_MS) this.note(text(waitMs));
      if (!bar) return;
      endWait();
      const end = Date.now() + waitMs;
      const show = () => bar.update({ state: `${detail} (${text(Math.max(0, end - Date.now()))})` });
      show();
      countdown = setInterval(show, 1000);
    },
    /** Removes the bar and shows the cursor again. */
    stop() {
      endWait();
      bar?.stop();
      bar = undefined;
    },
  };
}
