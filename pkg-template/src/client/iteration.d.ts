import type * as Core from "../core.js";
import type { Connection } from "./connection.js";
/** The pages of a query, which the core requests. */
export declare function pages<P>(connection: Connection, start: (client: Core.Client) => Core.Pages): AsyncIterableIterator<P>;
/** The items of an iteration, one by one. */
export declare function items<T, P>(pages: AsyncIterableIterator<P>, itemsOf: (page: P) => readonly T[], signal: AbortSignal | undefined, endpoint: string): AsyncIterableIterator<T>;
