import type { Limiter } from "../client/limiter.js";
/** The part of a Durable Object's stub that `durableLimiter` uses. */
export interface LimiterStub {
    /** Sends a request to the object. */
    fetch(url: string, init: {
        method: string;
        body: string;
        signal?: AbortSignal | null;
    }): Promise<{
        ok: boolean;
        status: number;
        json(): Promise<unknown>;
    }>;
}
/** The part of a Durable Object's binding that `durableLimiter` uses. */
export interface LimiterNamespace {
    /** Returns the id of the account's object. */
    idFromName(name: string): object;
    /** Returns the object's stub. */
    get(id: object): LimiterStub;
}
/**
 * Creates a limiter backed by an `SmscLimiter`. Pass it to a client as its `limiter` option.
 *
 * @param binding The binding of the class, or the stub of one of its objects.
 * @param name Identifies the account if a Worker has several. All clients of one account must use the same name.
 *
 * @example
 * const smsc = await createClient({ apiKey: env.SMSC_API_KEY, limiter: durableLimiter(env.SMSC_LIMITER) });
 */
export declare function durableLimiter(binding: LimiterNamespace | LimiterStub, name?: string): Limiter;
