/** A request that counts in windows of the service's limits. It holds hashes and times, nothing of the request itself. */
export interface SentRequest {
    readonly account: string;
    /** The names of the windows: `"history"`, or with a hash `"history.identical 123"`. */
    readonly windows: string[];
    readonly owner: object;
    /** When its response came; absent while it is in flight. */
    endedAt?: number;
}
/** An instance that counts requests. */
export interface Peer {
    /** Counts a request of another instance, by the time since its response; without it, in flight. */
    count(account: string, windows: string[], ageMs?: number): void;
    /** A request that was counted in flight ended, or was not sent. */
    uncount(account: string, windows: string[], wasSent: boolean): void;
}
/** Registers an instance, which then counts every request of the others. */
export declare function join(owner: object, peer: Peer): void;
/** An instance trapped: its requests in flight count as ended. */
export declare function leave(owner: object): void;
/** Records a request that is about to be sent. */
export declare function record(owner: object, account: string, windows: string[]): SentRequest;
/** The request ended, or was not sent. */
export declare function end(request: SentRequest, wasSent: boolean): void;
