import type { RateLimitDecision, RateLimiter } from "../client/limiter.js";
import { GRACE_MS } from "./permits.js";
import script from "./permits.lua";
import { type Answer, RedisQueue } from "./redis-queue.js";
import { RedisSubscription } from "./redis-subscription.js";

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

/**
 * Creates a limiter backed by Redis 6 or later: one script, which runs atomically and uses the clock of Redis. Pass it to a
 * client as its `rateLimiter` option.
 *
 * While requests wait for others to end, a second connection, a duplicate of the client, receives the notifications of Redis.
 * A function has none: its requests notice the end of requests of other processes within 25 to 500 ms.
 *
 * @param client A client of `redis` (node-redis) or `ioredis`, or a function that runs a script through another client.
 *
 * @example
 * const rateLimiter = redisLimiter(await createRedis({ url: "redis://…" }).connect());
 * const smsc = await createClient({ apiKey: "…", rateLimiter });
 */
export function redisLimiter(client: NodeRedis | IoRedis | RedisEval, options: RedisLimiterOptions = {}): RateLimiter {
  const { key = "smsc", now } = options;
  const run = evalOf(client);
  // The hash tag in braces keeps the three keys in one slot of a cluster.
  const keys = ["account", "windows", "ends"].map((name) => `{${key}}:${name}`);
  const channel = `{${key}}:turns`;
  const send = async (command: "acquire" | "release", input: object): Promise<Answer> => {
    const args = [command, JSON.stringify(input), String(GRACE_MS), String(now?.() ?? ""), channel];
    let response: unknown;
    try {
      response = await run(script, keys, args);
    } catch (cause) {
      throw new Error(`the limits in Redis: ${(cause as Error | undefined)?.message ?? cause}`, { cause });
    }
    if (!Array.isArray(response)) throw new Error("the limits in Redis: its client gave no answer");
    const [granted, waitMs, tooManyConnections, ahead] = response.map(Number) as [number, number, number, number];
    queue.wake(response.slice(4).map(String));
    const decision: RateLimitDecision = granted
      ? { granted: true }
      : { granted: false, waitMs, tooManyConnections: tooManyConnections === 1 };
    return { decision, ahead };
  };
  const subscription = new RedisSubscription(client, channel, (message) => queue.wake(JSON.parse(message) as string[]));
  const queue = new RedisQueue((request) => send("acquire", request), subscription);
  return {
    async acquire(request, signal) {
      signal?.throwIfAborted();
      return request.force ? (await send("acquire", request)).decision : queue.acquire(request, signal);
    },
    release: async (requestId, feedback) => {
      queue.forget(requestId);
      await send("release", { requestId, feedback });
    },
  };
}

function evalOf(client: NodeRedis | IoRedis | RedisEval): RedisEval {
  if (typeof client === "function") return client;
  if ("defineCommand" in client) return (script, keys, args) => client.eval(script, keys.length, ...keys, ...args);
  return (script, keys, args) => client.eval(script, { keys, arguments: args });
}
