/** Passes each kind of client, with the types of its package, to `redisLimiter`. This file is only compiled. */
import { Cluster, Redis } from "ioredis";
import { createClient, createClientPool, createCluster } from "redis";
import { type RateLimiter, redisLimiter } from "smsc-wasm/redis";

export async function limiters(): Promise<RateLimiter[]> {
  const url = "redis://127.0.0.1";
  return [
    redisLimiter(createClient({ url })),
    redisLimiter(await createClient({ url, RESP: 3 }).connect(), { key: "account" }),
    redisLimiter(createClientPool({ url })),
    redisLimiter(createCluster({ rootNodes: [{ url }] })),
    redisLimiter(new Redis(url)),
    redisLimiter(new Cluster([url])),
  ];
}
