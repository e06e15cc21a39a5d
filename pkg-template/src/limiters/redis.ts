/** `smsc-wasm/redis`: one account's limits for any number of processes, kept in Redis 6 or later. */
export type { LimitAnswer, Limiter, LimitHold, LimitRequest, LimitWindow } from "../limiter.js";
export {
  type IoRedis,
  type NodeRedis,
  type RedisEval,
  type RedisLimiterOptions,
  redisLimiter,
} from "./redis-limiter.js";
