import { SmscError } from "./errors.js";
import type { Instance } from "./instance.js";
/** The functions that one instance imports, and what has to end when it traps. */
export declare class Host {
    #private;
    readonly imports: object;
    constructor(instance: Instance<unknown>);
    /** Ends all that the instance had in flight. */
    trapped(error: SmscError): void;
}
