/** The messages that the adapter sends to the Durable Object. */
import type { LimitRequest, RateLimitFeedback } from "../client/limiter.js";

export type Message = { acquire: LimitRequest } | { release: string; feedback?: RateLimitFeedback | undefined };
