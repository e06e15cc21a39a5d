import { type CallOptions, type Context, checkProgress, settled, splitOptions, tell } from "./context.js";
import type { Task } from "./core.js";
import { aborted, type ErrorDetails, SmscError } from "./errors.js";
import { longestTimer } from "./guard.js";
import { toJson } from "./json.js";
import { search, type TaskId, taskId } from "./task-search.js";

/** Options of `tasks.waitFor`. */
export interface WaitOptions extends CallOptions {
  /** How long to wait for the task, in milliseconds. Default: for ever. */
  maxWaitMs?: number | undefined;
  /** Told the task after each look at it. */
  onProgress?: ((task: Task) => void) | undefined;
}

const status = { done: 2, cancelled: 3, failed: 4 };

/**
 * When the next look is due, so long after the wait began. The service lists tasks 3 times a minute: two of them are spent
 * at once, for tasks that are quick; who waits long is looked for ever more seldom. With limits "off" nothing forbids to
 * look more often.
 */
function nextLook(elapsed: number, unlimited: boolean): number {
  if (unlimited) return elapsed + 1_000;
  const early = [5_000, 20_000, 60_000].find((at) => at > elapsed);
  return early ?? elapsed + Math.min(60_000, Math.max(20_000, elapsed / 30));
}

/** One that waits for a task. */
interface Waiter {
  readonly id: bigint;
  readonly context: Context;
  readonly unlimited: boolean;
  readonly began: number;
  /** When its next look is due. */
  due: number;
  seen: Task | undefined;
  /** Told what a look found. It leaves the watch if that was its last. */
  look(task: Task | undefined): void;
  /** Told that a look failed. */
  fail(fault: unknown): void;
}

/** Watches over tasks: those who wait for tasks of one account share each look. */
class Watch {
  readonly #waiters = new Set<Waiter>();
  readonly #options: CallOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #look: AbortController | undefined;

  constructor(options: CallOptions) {
    this.#options = options;
  }

  join(waiter: Waiter): void {
    this.#waiters.add(waiter);
    this.#plan();
  }

  /** Whether nobody is left. */
  leave(waiter: Waiter): boolean {
    this.#waiters.delete(waiter);
    const over = this.#waiters.size === 0;
    // The look under way is given up where nobody waits for it.
    if (over) this.#look?.abort();
    this.#plan();
    return over;
  }

  /** Sets the alarm for the first look that is due. */
  #plan(): void {
    clearTimeout(this.#timer);
    if (this.#look !== undefined || this.#waiters.size === 0) return;
    const due = Math.min(...[...this.#waiters].map((waiter) => waiter.due));
    const ms = due - Date.now();
    if (ms > 0) {
      this.#timer = setTimeout(() => this.#plan(), Math.min(ms, longestTimer));
      return;
    }
    this.#look = new AbortController();
    // Those who come at the same moment share the first look too.
    queueMicrotask(() => void this.#run({ ...this.#options, signal: this.#look?.signal }));
  }

  async #run(options: CallOptions): Promise<void> {
    const waiters = [...this.#waiters];
    try {
      const [first] = waiters;
      if (first === undefined) return;
      const ids = waiters.map(({ id }) => id);
      const found = await search(first.context, ids, options);
      const now = Date.now();
      for (const waiter of waiters) {
        waiter.due = waiter.began + nextLook(now - waiter.began, waiter.unlimited);
        if (this.#waiters.has(waiter)) waiter.look(found.get(String(waiter.id)));
      }
    } catch (fault) {
      for (const waiter of waiters) if (this.#waiters.has(waiter)) waiter.fail(fault);
    } finally {
      this.#look = undefined;
      this.#plan();
    }
  }
}

const watches = new Map<unknown, Watch>();

/** Waits until a task is done. */
export async function waitFor(context: Context, id: TaskId, options: WaitOptions = {}): Promise<Task> {
  splitOptions(options, "tasks");
  const { maxWaitMs, onProgress, signal, ...call } = options;
  checkProgress(onProgress);
  if (maxWaitMs !== undefined && !(typeof maxWaitMs === "number" && maxWaitMs >= 0)) {
    throw failed({
      code: "invalid_option",
      message: "`maxWaitMs` takes a number of milliseconds",
      parameter: "maxWaitMs",
    });
  }
  const wanted = taskId(id);
  if (signal?.aborted) throw aborted(signal, "tasks");
  const { limits, totalTimeoutMs } = settled(context, call);
  const most = Math.min(maxWaitMs ?? Number.POSITIVE_INFINITY, totalTimeoutMs ?? Number.POSITIVE_INFINITY);
  // Who asks in another way looks alone; an account that only its function tells is the client's own.
  const account = context.credentials ? context : context.client.account;
  const key = typeof account === "string" ? `${account} ${toJson(call)}` : account;
  const watch = watches.get(key) ?? new Watch(call);
  watches.set(key, watch);

  return new Promise((resolve, reject) => {
    const began = Date.now();
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      if (watch.leave(waiter)) watches.delete(key);
      settle();
    };
    const fail = (fault: unknown) => end(() => reject(fault));
    const abort = () => fail(aborted(signal as AbortSignal, "tasks"));
    const giveUp = () => {
      const seen = waiter.seen;
      const message = `the task was not done within ${most} ms`;
      fail(failed({ code: "timeout", message, retryable: true, ...(seen && { task: seen }) }));
    };
    const waiter: Waiter = {
      id: wanted,
      context,
      unlimited: limits === "off",
      began,
      due: began,
      seen: undefined,
      fail,
      look(task) {
        if (task === undefined) return fail(failed({ code: "not_found", message: `there is no task ${wanted}` }));
        waiter.seen = task;
        try {
          onProgress?.(task);
        } catch (fault) {
          return fail(fault);
        }
        if (task.status === status.done) return end(() => resolve(task));
        if (task.status === status.cancelled) {
          return fail(failed({ code: "task_cancelled", message: `task ${wanted} was cancelled`, task }));
        }
        if (task.status === status.failed) {
          return fail(failed({ code: "task_failed", message: `task ${wanted} failed`, task }));
        }
        const now = Date.now();
        if (now - began >= most) return giveUp();
        const ms = Math.min(waiter.due - now, most - (now - began));
        tell(() => context.onWait?.({ reason: "poll", ms, endpoint: "tasks" }));
      },
    };
    // No time at all is time for one look.
    const timer = most > 0 && most <= longestTimer ? setTimeout(giveUp, most) : undefined;
    signal?.addEventListener("abort", abort);
    watch.join(waiter);
  });
}

function failed(details: Omit<ErrorDetails, "endpoint">): SmscError {
  return new SmscError({ ...details, endpoint: "tasks" });
}
