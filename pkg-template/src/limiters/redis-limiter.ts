import type { LimitAnswer, Limiter } from "../limiter.js";
import { GRACE_MS } from "./account.js";
import script from "./account.lua";
import { pause } from "./pause.js";

/** Runs a script in Redis: `EVAL script <number of keys> <keys> <args>`. */
export type RedisEval = (script: string, keys: string[], args: string[]) => Promise<unknown>;

/** What is used of a client of the `redis` package (node-redis), single or cluster. */
export interface NodeRedis {
  /** Runs a script. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** What is used of a client of `ioredis`, single or cluster. */
export interface IoRedis {
  /** Runs a script. */
  eval(script: string, keys: number, ...keysAndArgs: string[]): Promise<unknown>;
  /** What tells it from the other. */
  defineCommand: unknown;
}

/** The options of `redisLimiter`. */
export interface RedisLimiterOptions {
  /** Names the account: all clients of it need the same. What Redis keeps of it begins with `{key}`. Default `"smsc"`. */
  key?: string;
  /**
   * The time, for tests. Else it is Redis's own.
   * @internal
   */
  now?: () => number;
}

/** An answer is held back for so long at most; then who waits asks again. */
const PATIENCE_MS = 20_000;
/** While only the end of another request can tell, Redis is asked so often by the first in line, and less often by those behind. */
const POLL_MS = 25;
const LONGEST_POLL_MS = 500;

/**
 * Limits that are kept in Redis 6 or later, by one script that runs there as one step, on Redis's clock. A client takes
 * them as its `limiter`.
 *
 * @param client A client of `redis` (node-redis) or `ioredis`, or a function that runs a script through any other.
 *
 * @example
 * const limiter = redisLimiter(await createRedis({ url: "redis://…" }).connect());
 * const smsc = await createClient({ apiKey: "…", limiter });
 */
export function redisLimiter(client: NodeRedis | IoRedis | RedisEval, options: RedisLimiterOptions = {}): Limiter {
  const { key = "smsc", now } = options;
  const run = evalOf(client);
  // In a cluster the braces keep the three on one machine.
  const keys = ["account", "windows", "ends"].map((name) => `{${key}}:${name}`);
  const ask = async (command: "acquire" | "release", input: object) => {
    const args = [command, JSON.stringify(input), String(GRACE_MS), String(now?.() ?? "")];
    let reply: unknown;
    try {
      reply = await run(script, keys, args);
    } catch (cause) {
      throw new Error(`the limits in Redis: ${(cause as Error | undefined)?.message ?? cause}`, { cause });
    }
    if (!Array.isArray(reply)) throw new Error("the limits in Redis: its client gave no answer");
    const [granted, waitMs, atOnce, ahead] = reply.map(Number) as [number, number, number, number];
    const answer: LimitAnswer = granted ? { granted: true } : { granted: false, waitMs, atOnce: atOnce === 1 };
    return { answer, ahead };
  };
  return {
    async acquire(request, signal) {
      const giveUp = Date.now() + PATIENCE_MS;
      for (;;) {
        signal?.throwIfAborted();
        const { answer, ahead } = await ask("acquire", request);
        if (answer.granted || answer.waitMs > 0 || !request.patient || Date.now() >= giveUp) return answer;
        await pause(Math.min(POLL_MS * (ahead + 1), LONGEST_POLL_MS) * (0.5 + Math.random()), signal);
      }
    },
    release: async (ticket, hold) => {
      await ask("release", { ticket, hold });
    },
  };
}

function evalOf(client: NodeRedis | IoRedis | RedisEval): RedisEval {
  if (typeof client === "function") return client;
  if ("defineCommand" in client) return (script, keys, args) => client.eval(script, keys.length, ...keys, ...args);
  return (script, keys, args) => client.eval(script, { keys, arguments: args });
}
