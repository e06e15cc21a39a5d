/** The commands to the Durable Object, and to the script in Redis. */
import type { LimitRequest, RateLimitFeedback } from "../client/limiter.js";

export type Command = { acquire: LimitRequest } | { release: string; feedback?: RateLimitFeedback | undefined };
