import type * as Core from "../core.js";
import { atCaller, isSmscError, withUnknownOutcome } from "../runtime/errors.js";
import { type CoreInstance, currentInstance } from "../runtime/instance.js";
import type { ClientOptions } from "./options.js";
import { readOnce } from "./read-once.js";

/** A client in the core, which is created anew in a fresh instance. */
export class Connection {
  readonly #options: ClientOptions;
  /** The client of each instance in use. An instance that is replaced must not be kept: its memory may be large. */
  readonly #clients = new WeakMap<CoreInstance, Core.Client>();

  constructor(options: ClientOptions) {
    // Options that are changed later do not matter.
    this.#options = readOnce(options);
    this.enter(() => {});
  }

  /** Does something with the client. */
  enter<T>(act: (client: Core.Client) => T): T {
    const instance = currentInstance();
    const client = this.#clients.get(instance) ?? this.#createIn(instance);
    return instance.enter(() => act(client));
  }

  #createIn(instance: CoreInstance): Core.Client {
    const client = instance.enter((core) => new core.Client(this.#options));
    this.#clients.set(instance, client);
    return client;
  }

  /** Makes a call. It awaits the core, so that the stack of an error has the caller. */
  async call<T>(act: (client: Core.Client) => Promise<T>): Promise<T> {
    try {
      return await this.enter(act);
    } catch (error) {
      throw atCaller(error);
    }
  }

  /** Makes a call that may change something. If the core fails, its outcome is unknown, unless nothing was sent. */
  async change<T>(act: (client: Core.Client) => Promise<T>): Promise<T> {
    try {
      return await this.call(act);
    } catch (error) {
      const isUnknown = isSmscError(error) && error.code === "internal" && error.attempts !== 0;
      throw isUnknown ? atCaller(withUnknownOutcome(error)) : error;
    }
  }
}
