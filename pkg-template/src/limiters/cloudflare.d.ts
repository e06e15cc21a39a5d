/** `smsc-wasm/cloudflare`: the limits of one account, shared by any number of Workers through a Durable Object. */
export type { LimitAnswer, Limiter, LimitHold, LimitRequest, LimitWindow } from "../client/limiter.js";
export { durableLimiter, type LimiterNamespace, type LimiterStub } from "./durable-limiter.js";
export { SmscLimiter } from "./smsc-limiter.js";
