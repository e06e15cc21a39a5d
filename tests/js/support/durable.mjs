/** A Durable Object without its runtime: the storage outlives the object, and whoever asks reaches the object of that moment. */
import { durableLimiter, SmscLimiter } from "smsc-wasm/cloudflare";

/** Holds copies, as a real storage does, and at most 128 keys a call. */
export class Storage {
  rows = new Map();
  writes = 0;
  /** Set to make the next writes fail. */
  fault;

  async list() {
    return new Map([...this.rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, clone(value)]));
  }

  put(entries) {
    return this.#write(Object.keys(entries), () => {
      for (const [key, value] of Object.entries(entries)) this.rows.set(key, clone(value));
    });
  }

  delete(keys) {
    return this.#write(keys, () => {
      for (const key of keys) this.rows.delete(key);
    });
  }

  async #write(keys, change) {
    if (this.fault) throw this.fault;
    if (keys.length === 0 || keys.length > 128) throw new Error(`${keys.length} keys at once`);
    this.writes += keys.length;
    change();
  }
}

const clone = (value) => structuredClone(value);

/** The object, and a limiter that asks it. */
export function durableObject(storage = new Storage()) {
  let object = new SmscLimiter({ storage });
  // As in workerd, an abort ends the waiting here, and the object is not told.
  const stub = {
    fetch: (url, { signal, ...init }) =>
      new Promise((resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
        object.fetch(new Request(url, init)).then(resolve, reject);
      }),
  };
  return {
    storage,
    limiter: durableLimiter({ idFromName: (name) => ({ name }), get: () => stub }),
    evict() {
      object = new SmscLimiter({ storage });
    },
  };
}
