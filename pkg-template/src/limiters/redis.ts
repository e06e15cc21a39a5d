/** `smsc-wasm/redis`: the limits of one account, shared by any number of processes through Redis 6 or later. */
export type {
  LimitRequest,
  LimitWindow,
  RateLimitDecision,
  RateLimiter,
  RateLimitFeedback,
} from "../client/limiter.js";
export {
  type IoRedis,
  type NodeRedis,
  type RedisEval,
  type RedisLimiterOptions,
  redisLimiter,
} from "./redis-limiter.js";
