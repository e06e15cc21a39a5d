/** An account in a Durable Object's storage. Each entry has a row, so that a change writes the changed rows only. */
import type { Account, Hold, Lease, Waiter, WindowUsage } from "./permits.js";

/** The methods of a Durable Object's storage that this module calls. */
export interface Storage {
  list(): Promise<Map<string, unknown>>;
  put(entries: Record<string, unknown>): Promise<unknown>;
  delete(keys: string[]): Promise<unknown>;
}

/** Maximum number of keys per call to the storage. */
const MAX_KEYS = 128;

export interface StoredAccount extends Account {
  /** Writes the changed rows atomically: the storage coalesces writes that have no `await` between them. */
  save(storage: Storage): Promise<void>;
}

/** Reads the account. */
export async function load(storage: Storage): Promise<StoredAccount> {
  const stored = await storage.list();
  const windows = new Rows<WindowUsage>("window/", stored);
  const leases = new Rows<Lease>("lease/", stored);
  const waiters = new Rows<Waiter>("waiter/", stored, (a, b) => a.number - b.number);
  const holds = new Rows<Hold>("hold/", stored);
  return {
    windows,
    leases,
    waiters,
    holds,
    async save(storage) {
      const changes = [...windows.changes(), ...leases.changes(), ...waiters.changes(), ...holds.changes()];
      const puts = changes.filter(([, value]) => value !== undefined);
      const deletes = changes.filter(([, value]) => value === undefined).map(([name]) => name);
      await Promise.all([
        ...chunks(puts).map((chunk) => storage.put(Object.fromEntries(chunk))),
        ...chunks(deletes).map((chunk) => storage.delete(chunk)),
      ]);
    },
  };
}

/** A map that records which of its rows have to be written. */
class Rows<T> extends Map<string, T> {
  readonly #prefix: string;
  readonly #changed = new Set<string>();

  constructor(prefix: string, stored: Map<string, unknown>, order: (a: T, b: T) => number = () => 0) {
    super();
    this.#prefix = prefix;
    const rows = [...stored].filter(([name]) => name.startsWith(prefix)) as [string, T][];
    rows.sort(([, a], [, b]) => order(a, b));
    for (const [name, value] of rows) super.set(name.slice(prefix.length), value);
  }

  override set(key: string, value: T): this {
    this.#changed.add(key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    const deleted = super.delete(key);
    if (deleted) this.#changed.add(key);
    return deleted;
  }

  /** The rows that changed since the last call. The value of a deleted row is `undefined`. */
  changes(): [name: string, value: unknown][] {
    const changes = [...this.#changed].map((key): [string, unknown] => [this.#prefix + key, this.get(key)]);
    this.#changed.clear();
    return changes;
  }
}

function chunks<T>(list: T[]): T[][] {
  const count = Math.ceil(list.length / MAX_KEYS);
  return Array.from({ length: count }, (_, index) => list.slice(index * MAX_KEYS, (index + 1) * MAX_KEYS));
}
