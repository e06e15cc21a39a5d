import type * as Core from "../core.js";
/** A client in the core, which is created anew in a fresh instance. */
export declare class Connection {
    #private;
    constructor(options: Core.ClientOptions);
    /** Does something with the client. */
    enter<T>(act: (client: Core.Client) => T): T;
    /** Makes a call. */
    call<T>(act: (client: Core.Client) => Promise<T>): Promise<T>;
}
