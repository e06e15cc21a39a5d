/** The messages that the adapter sends to the Durable Object. */
import type { LimitHold, LimitRequest } from "../client/limiter.js";
export type Message = {
    acquire: LimitRequest;
} | {
    release: string;
    hold?: LimitHold | undefined;
};
