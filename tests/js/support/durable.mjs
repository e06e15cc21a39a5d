/** A Durable Object without its runtime. The storage outlives the object; each request reaches the current object. */
import { durableLimiter, SmscLimiter } from "smsc-wasm/cloudflare";

/** Stores copies and accepts at most 128 keys per call, as the real storage does. */
export class Storage {
  rows = new Map();
  writes = 0;
  /** If set, writes fail with this error. */
  error;

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
    if (this.error) throw this.error;
    if (keys.length === 0 || keys.length > 128) throw new Error(`${keys.length} keys in one call`);
    this.writes += keys.length;
    change();
  }
}

const clone = (value) => structuredClone(value);

/** Creates the object and a limiter that calls it. */
export function durableObject(storage = new Storage()) {
  let object = new SmscLimiter({ storage });
  // As in workerd, an abort rejects here, and the object is not notified.
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
