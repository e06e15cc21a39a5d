/** The script of the limits, which runs in Redis. */
import type { RateLimitDecision } from "../client/limiter.js";
import type { Command } from "./commands.js";
import { GRACE_MS } from "./permits.js";
import script from "./permits.lua";

/** Runs a script in Redis: `EVAL script <number of keys> <keys> <args>`. */
export type RedisEval = (script: string, keys: string[], args: string[]) => Promise<unknown>;

/** The answer to a command. */
export interface Answer {
  decision: RateLimitDecision;
  /** The number of waiters ahead, of all processes. */
  ahead: number;
}

/**
 * Maximum number of runs of the script in flight. Commands that come meanwhile are sent together, since each run reads and
 * writes the account.
 */
const MAX_RUNS = 2;
/** A run without a result after this many milliseconds, of a connection that hangs, does not hold up others any longer. */
const MAX_RUN_MS = 5_000;

interface Pending {
  command: Command;
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

export class RedisScript {
  readonly #run: (commands: Command[]) => Promise<unknown>;
  readonly #wake: (requestIds: string[]) => void;
  #pending: Pending[] = [];
  #runs = 0;

  /**
   * @param channel The channel for the request ids of waiters that can be granted.
   * @param now The current time, for tests.
   * @param wake Called with the request ids of waiters that can be granted.
   */
  constructor(
    run: RedisEval,
    key: string,
    channel: string,
    now: (() => number) | undefined,
    wake: (requestIds: string[]) => void,
  ) {
    // The hash tag in braces keeps the three keys in one slot of a cluster.
    const keys = ["account", "windows", "ends"].map((name) => `{${key}}:${name}`);
    this.#run = async (commands) =>
      run(script, keys, [JSON.stringify(commands), String(GRACE_MS), String(now?.() ?? ""), channel]);
    this.#wake = wake;
  }

  send(command: Command): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ command, resolve, reject });
      // The commands of one tick are sent together.
      if (this.#pending.length === 1) queueMicrotask(() => this.#flush());
    });
  }

  #flush(): void {
    if (this.#pending.length === 0 || this.#runs >= MAX_RUNS) return;
    const batch = this.#pending;
    this.#pending = [];
    this.#runs += 1;
    let hasEnded = false;
    const end = () => {
      clearTimeout(timer);
      if (hasEnded) return;
      hasEnded = true;
      this.#runs -= 1;
      this.#flush();
    };
    const timer = setTimeout(end, MAX_RUN_MS);
    this.#runBatch(batch).finally(end);
  }

  async #runBatch(batch: Pending[]): Promise<void> {
    try {
      const result = await this.#run(batch.map(({ command }) => command)).catch((cause) => {
        throw new Error(`the limits in Redis: ${(cause as Error | undefined)?.message ?? cause}`, { cause });
      });
      if (!Array.isArray(result)) throw new Error("the limits in Redis: its client gave no answer");
      for (const [index, { resolve }] of batch.entries()) resolve(answerOf(result.slice(4 * index, 4 * index + 4)));
      this.#wake(result.slice(4 * batch.length).map(String));
    } catch (error) {
      for (const { reject } of batch) reject(error as Error);
    }
  }
}

function answerOf(numbers: unknown[]): Answer {
  const [granted, waitMs, tooManyConnections, ahead] = numbers.map(Number) as [number, number, number, number];
  const decision: RateLimitDecision = granted
    ? { granted: true }
    : { granted: false, waitMs, tooManyConnections: tooManyConnections === 1 };
  return { decision, ahead };
}
