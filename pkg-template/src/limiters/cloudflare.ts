/** `smsc-wasm/cloudflare`: the limits of one account, shared by any number of Workers through a Durable Object. */
export type {
  LimitRequest,
  LimitWindow,
  RateLimitDecision,
  RateLimiter,
  RateLimitFeedback,
} from "../client/limiter.js";
export { durableLimiter, type LimiterNamespace, type LimiterStub } from "./durable-limiter.js";
export { SmscLimiter } from "./durable-object.js";
