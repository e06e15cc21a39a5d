/** An account in a Durable Object's storage: a row for each thing in it, so that a change writes what changed. */
import type { Account, Hold, Past, Place, Waiting } from "./account.js";

/** What is used of a Durable Object's storage. */
export interface Storage {
  list(): Promise<Map<string, unknown>>;
  put(entries: Record<string, unknown>): Promise<unknown>;
  delete(keys: string[]): Promise<unknown>;
}

/** The storage takes no more keys at once. */
const MOST_KEYS = 128;

export interface StoredAccount extends Account {
  /** Writes what changed: all of it or nothing, since the storage joins what nobody waits for in between. */
  save(storage: Storage): Promise<void>;
}

/** Reads the account. */
export async function load(storage: Storage): Promise<StoredAccount> {
  const stored = await storage.list();
  const windows = new Rows<Past>("window/", stored);
  const underWay = new Rows<Place>("place/", stored);
  const line = new Rows<Waiting>("line/", stored, (a, b) => a.number - b.number);
  const holds = new Rows<Hold>("hold/", stored);
  return {
    windows,
    underWay,
    line,
    holds,
    async save(storage) {
      const changes = [...windows.changes(), ...underWay.changes(), ...line.changes(), ...holds.changes()];
      const puts = changes.filter(([, value]) => value !== undefined);
      const deletes = changes.filter(([, value]) => value === undefined).map(([name]) => name);
      await Promise.all([
        ...pieces(puts).map((some) => storage.put(Object.fromEntries(some))),
        ...pieces(deletes).map((some) => storage.delete(some)),
      ]);
    },
  };
}

/** A map that notes which of its rows are to be written. */
class Rows<T> extends Map<string, T> {
  readonly #prefix: string;
  readonly #changed = new Set<string>();

  constructor(prefix: string, stored: Map<string, unknown>, order: (a: T, b: T) => number = () => 0) {
    super();
    this.#prefix = prefix;
    const mine = [...stored].filter(([name]) => name.startsWith(prefix)) as [string, T][];
    mine.sort(([, a], [, b]) => order(a, b));
    for (const [name, value] of mine) super.set(name.slice(prefix.length), value);
  }

  override set(key: string, value: T): this {
    this.#changed.add(key);
    return super.set(key, value);
  }

  override delete(key: string): boolean {
    const was = super.delete(key);
    if (was) this.#changed.add(key);
    return was;
  }

  /** The rows to write since this was last asked; without a value where there is none any more. */
  changes(): [name: string, value: unknown][] {
    const changes = [...this.#changed].map((key): [string, unknown] => [this.#prefix + key, this.get(key)]);
    this.#changed.clear();
    return changes;
  }
}

function pieces<T>(list: T[]): T[][] {
  const count = Math.ceil(list.length / MOST_KEYS);
  return Array.from({ length: count }, (_, index) => list.slice(index * MOST_KEYS, (index + 1) * MOST_KEYS));
}
