import type { Limiter } from "../client/limiter.js";
/** Runs a script in Redis: `EVAL script <number of keys> <keys> <args>`. */
export type RedisEval = (script: string, keys: string[], args: string[]) => Promise<unknown>;
/** The part of a `redis` client (node-redis) that `redisLimiter` uses: single node or cluster. */
export interface NodeRedis {
    /** Runs a script. */
    eval(script: string, options: {
        keys: string[];
        arguments: string[];
    }): Promise<unknown>;
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
}
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
export declare function redisLimiter(client: NodeRedis | IoRedis | RedisEval, options?: RedisLimiterOptions): Limiter;
