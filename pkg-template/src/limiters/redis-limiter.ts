import type { RateLimitDecision, RateLimiter } from "../client/limiter.js";
import { pause } from "./pause.js";
import { GRACE_MS, LONG_POLL_MS } from "./permits.js";
import script from "./permits.lua";

/** Runs a script in Redis: `EVAL script <number of keys> <keys> <args>`. */
export type RedisEval = (script: string, keys: string[], args: string[]) => Promise<unknown>;

/** The part of a `redis` client (node-redis) that `redisLimiter` uses: single node or cluster. */
export interface NodeRedis {
  /** Runs a script. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
}

/** The part of an `ioredis` client that `redisLimiter` uses: single node or cluster. */
export interface IoRedis {
  /** Runs a script. */
  eval(script: string, keys: number, ...keysAndArgs: string[]): Promise<unknown>;
  /** Distinguishes an `ioredis` client from a `redis` client. */
  defineCommand: unknown;
}

/** The options of `redisLimiter`. */
export interface RedisLimiterOptions {
  /**
   * Identifies the account: all its clients must use the same key. The keys in Redis begin with `{key}`.
   * @default "smsc"
   */
  key?: string;
  /**
   * The current time, for tests. Defaults to the clock of Redis.
   * @internal
   */
  now?: () => number;
}

/** Poll interval of the first waiter while it waits for another request to end. Later waiters poll less often. */
const POLL_MS = 25;
const MAX_POLL_MS = 500;

/**
 * Creates a limiter backed by Redis 6 or later: one script, which runs atomically and uses the clock of Redis. Pass it to a
 * client as its `limiter` option.
 *
 * @param client A client of `redis` (node-redis) or `ioredis`, or a function that runs a script through another client.
 *
 * @example
 * const limiter = redisLimiter(await createRedis({ url: "redis://…" }).connect());
 * const smsc = await createClient({ apiKey: "…", limiter });
 */
export function redisLimiter(client: NodeRedis | IoRedis | RedisEval, options: RedisLimiterOptions = {}): RateLimiter {
  const { key = "smsc", now } = options;
  const run = evalOf(client);
  // The hash tag in braces keeps the three keys in one slot of a cluster.
  const keys = ["account", "windows", "ends"].map((name) => `{${key}}:${name}`);
  const send = async (command: "acquire" | "release", input: object) => {
    const args = [command, JSON.stringify(input), String(GRACE_MS), String(now?.() ?? "")];
    let response: unknown;
    try {
      response = await run(script, keys, args);
    } catch (cause) {
      throw new Error(`the limits in Redis: ${(cause as Error | undefined)?.message ?? cause}`, { cause });
    }
    if (!Array.isArray(response)) throw new Error("the limits in Redis: its client gave no answer");
    const [granted, waitMs, tooManyConnections, ahead] = response.map(Number) as [number, number, number, number];
    const answer: RateLimitDecision = granted
      ? { granted: true }
      : { granted: false, waitMs, tooManyConnections: tooManyConnections === 1 };
    return { answer, ahead };
  };
  return {
    async acquire(request, signal) {
      const deadline = Date.now() + LONG_POLL_MS;
      for (;;) {
        signal?.throwIfAborted();
        const { answer, ahead } = await send("acquire", request);
        if (answer.granted || answer.waitMs > 0 || !request.longPoll || Date.now() >= deadline) return answer;
        await pause(Math.min(POLL_MS * (ahead + 1), MAX_POLL_MS) * (0.5 + Math.random()), signal);
      }
    },
    release: async (requestId, feedback) => {
      await send("release", { requestId, feedback });
    },
  };
}

function evalOf(client: NodeRedis | IoRedis | RedisEval): RedisEval {
  if (typeof client === "function") return client;
  if ("defineCommand" in client) return (script, keys, args) => client.eval(script, keys.length, ...keys, ...args);
  return (script, keys, args) => client.eval(script, { keys, arguments: args });
}
