/**
 * A Durable Object that holds the limits of one account. Export it from the Worker's main module, bind it, and pass
 * `durableLimiter(env.SMSC_LIMITER)` to the clients.
 *
 * ```toml
 * # wrangler.toml
 * [[durable_objects.bindings]]
 * name = "SMSC_LIMITER"
 * class_name = "SmscLimiter"
 *
 * [[migrations]]
 * tag = "smsc-limiter"
 * new_sqlite_classes = ["SmscLimiter"]
 * ```
 *
 * The object stores its state before it answers, so it may be evicted at any time. While requests wait for a known time, no
 * connection stays open, so an idle object can be evicted.
 */
export declare class SmscLimiter {
    #private;
    /** Makes the class assignable to the parameter of `DurableObjectNamespace<SmscLimiter>`. */
    readonly __DURABLE_OBJECT_BRAND: never;
    /** Called by the runtime. */
    constructor(state: {
        storage: object;
    });
    /** Handles a message from the `durableLimiter` of a Worker. */
    fetch(request: Request): Promise<Response>;
}
