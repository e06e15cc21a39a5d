import type * as Core from "../core.js";
import { atCaller, isSmscError, withUnknownOutcome } from "../runtime/errors.js";
import { type CoreInstance, currentInstance } from "../runtime/instance.js";
import type { ClientOptions } from "./options.js";
import { readOnce } from "./read-once.js";

/** A client in the core, which is created anew in a fresh instance. */
export class Connection {
  readonly #options: ClientOptions;
  #instance: CoreInstance;
  #client: Core.Client;

  constructor(options: ClientOptions) {
    // Options that are changed later do not matter.
    this.#options = readOnce(options);
    this.#instance = currentInstance();
    this.#client = this.#instance.enter((core) => new core.Client(this.#options));
  }

  /** Does something with the client. */
  enter<T>(act: (client: Core.Client) => T): T {
    const instance = currentInstance();
    if (instance !== this.#instance) {
      this.#client = instance.enter((core) => new core.Client(this.#options));
      this.#instance = instance;
    }
    return instance.enter(() => act(this.#client));
  }

  /** Makes a call. It awaits the core, so that the stack of an error has the caller. */
  async call<T>(act: (client: Core.Client) => Promise<T>): Promise<T> {
    try {
      return await this.enter(act);
    } catch (error) {
      throw atCaller(error);
    }
  }

  /** Makes a call that may change something. If the core fails, nobody knows whether it did. */
  async change<T>(act: (client: Core.Client) => Promise<T>): Promise<T> {
    try {
      return await this.call(act);
    } catch (error) {
      throw isSmscError(error) && error.code === "internal" ? withUnknownOutcome(error) : error;
    }
  }
}
