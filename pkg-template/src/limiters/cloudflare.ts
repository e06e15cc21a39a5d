/** `smsc-wasm/cloudflare`: one account's limits for any number of Workers, held by a Durable Object. */
export type { LimitAnswer, Limiter, LimitHold, LimitRequest, LimitWindow } from "../limiter.js";
export { durableLimiter, type LimiterNamespace, type LimiterStub } from "./durable-limiter.js";
export { SmscLimiter } from "./smsc-limiter.js";
