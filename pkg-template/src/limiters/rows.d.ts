/** An account in a Durable Object's storage. Each entry has a row, so that a change writes the changed rows only. */
import type { Account } from "./account.js";
/** The methods of a Durable Object's storage that this module calls. */
export interface Storage {
    list(): Promise<Map<string, unknown>>;
    put(entries: Record<string, unknown>): Promise<unknown>;
    delete(keys: string[]): Promise<unknown>;
}
export interface StoredAccount extends Account {
    /** Writes the changed rows atomically: the storage coalesces writes that have no `await` between them. */
    save(storage: Storage): Promise<void>;
}
/** Reads the account. */
export declare function load(storage: Storage): Promise<StoredAccount>;
