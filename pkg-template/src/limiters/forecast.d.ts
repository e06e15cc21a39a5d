/** Predicts when queued requests can be granted. */
import type { LimitRequest, LimitWindow } from "../client/limiter.js";
import type { Account } from "./account.js";
type Demand = Pick<LimitRequest, "windows" | "atOnce">;
/** The account after every request that can be granted has been. The account itself is not changed. Time only moves forward. */
export declare class Forecast {
    #private;
    readonly now: number;
    constructor(account: Account, now: number);
    /** Reserves the slots of a request if all of them are free now. */
    tryGrant({ windows, atOnce }: Demand): boolean;
    /** Whether a slot is free: certainly, or at best. */
    hasCapacity({ key, most: max }: LimitWindow, at: number, certain: boolean): boolean;
    /** Reserves slots from `at`. A request in flight may end at once or never, so the end of its slots is not known. */
    reserve(windows: Pick<LimitWindow, "key" | "windowMs">[], at: number): void;
    maxConcurrent(atOnce: number, at: number): number;
    /** The next time after `at` at which capacity may become free. */
    nextEvent(at: number): number;
}
/**
 * The earliest time at which the request may be granted. It is now if only the concurrency limit blocks the request.
 *
 * Requests `ahead` are granted first where possible. One that may also have to wait for another window could be overtaken, so
 * it is not counted on: asking once too often is better than sleeping past the grant.
 */
export declare function earliestGrant(forecast: Forecast, request: Demand, ahead: Demand[]): {
    at: number;
    atOnce: boolean;
};
export {};
