import type { RateLimiter } from "../client/limiter.js";
import { isPromise } from "../runtime/describe.js";
import { invalidOption, mismatch } from "../runtime/option-errors.js";
import { unknownOption } from "../runtime/unknown-option.js";
import { orUndefined } from "../runtime/user-values.js";
import { readAccountName } from "./account-name.js";
import { RedisQueue } from "./redis-queue.js";
import { type RedisEval, RedisScript } from "./redis-script.js";
import { RedisSubscription } from "./redis-subscription.js";

export type { RedisEval } from "./redis-script.js";

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
 * @param client A connected client of `redis` (node-redis) or `ioredis`, or a function that runs a script through another client. A
 *   client of `redis` needs a listener for its event `error`: without one, a lost connection ends the process.
 * @param options Which account the limits belong to.
 * @returns The limiter. It sends nothing before its first use, and does not close the client.
 * @throws SmscError `invalid_option` if `client` is none, such as the promise of `connect()` without `await`, or if an option is unknown
 *   or invalid.
 *
 * @example
 * const redis = await createRedis({ url: "redis://…" }).on("error", (error) => console.error("Redis:", error.message)).connect();
 * const smsc = await createClient({ apiKey: "…", rateLimiter: redisLimiter(redis) });
 */
export function redisLimiter(client: NodeRedis | IoRedis | RedisEval, options: RedisLimiterOptions = {}): RateLimiter {
  checkClient(client);
  const { key, now } = readOptions(options);
  const channel = `{${key}}:grantable`;
  const script = new RedisScript(evalOf(client), key, channel, now, (requestIds) => queue.wake(requestIds));
  const subscription = new RedisSubscription(client, channel, (message) => queue.wake(requestIdsOf(message)));
  const queue = new RedisQueue((request) => script.send({ acquire: request }), subscription);
  return {
    async acquire(request, signal) {
      signal?.throwIfAborted();
      return request.force ? (await script.send({ acquire: request })).decision : queue.acquire(request, signal);
    },
    release: async (requestId, feedback) => {
      queue.forget(requestId);
      await script.send({ release: requestId, feedback });
    },
  };
}

/** The request ids in a message. Other programs can publish anything there. */
function requestIdsOf(message: string): string[] {
  const ids: unknown = orUndefined(() => JSON.parse(message));
  return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
}

/** A client that is none fails here, and not with the first call. */
function checkClient(client: unknown): void {
  if (typeof client === "function" || typeof (client as NodeRedis | null | undefined)?.eval === "function") return;
  const expected = "a client of `redis` or `ioredis`, or a function that runs a script";
  if (isPromise(client)) {
    throw mismatch("client", expected, client, { hint: "Add `await`, as in `await createRedis(…).connect()`" });
  }
  const isObject = typeof client === "object" && client !== null;
  throw mismatch("client", expected, client, isObject ? { got: "an object without `eval`" } : {});
}

function readOptions(options: unknown): { key: string; now: RedisLimiterOptions["now"] } {
  if (typeof options !== "object" || options === null) {
    throw mismatch("options", 'an object such as `{ key: "smsc" }`', options);
  }
  for (const name of Object.keys(options)) {
    if (name !== "key" && name !== "now") throw invalidOption(name, unknownOption(name, ["key"]));
  }
  const { key: given = "smsc", now } = options as RedisLimiterOptions;
  const key = readAccountName("key", given);
  // Redis Cluster places all keys of the account by the text in the braces around it.
  if (/[{}]/.test(key)) throw mismatch("key", "a text without braces", key, { got: "a text with some" });
  return { key, now };
}

function evalOf(client: NodeRedis | IoRedis | RedisEval): RedisEval {
  if (typeof client === "function") return client;
  if ("defineCommand" in client) return (script, keys, args) => client.eval(script, keys.length, ...keys, ...args);
  return (script, keys, args) => client.eval(script, { keys, arguments: args });
}
