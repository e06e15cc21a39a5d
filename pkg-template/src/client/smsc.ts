import type { Balance, CallOptions, CommandOptions, RateLimit } from "../core.js";
import { init } from "../runtime/load.js";
import { Connection } from "./connection.js";
import { History } from "./history.js";
import type { ClientOptions } from "./options.js";
import { Senders } from "./senders.js";
import { Tasks } from "./tasks.js";
import type { Parameters } from "./types.js";

export type { Balance, CommandOptions, RateLimit } from "../core.js";

/** A client of one account. It holds no connection: it does not need to be closed. */
export class Smsc {
  /** The history of sent messages. */
  readonly history: History;
  /** The account's sender names. */
  readonly senders: Senders;
  /** Deferred tasks and their files. */
  readonly tasks: Tasks;
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
    this.history = new History(connection);
    this.senders = new Senders(connection);
    this.tasks = new Tasks(connection);
  }

  /**
   * The account's balance, with its currency.
   *
   * @param options Options of this call.
   * @throws SmscError `unauthorized`, `ip_blocked` and those of the network.
   */
  balance(options?: CallOptions): Promise<Balance> {
    return this.#connection.call((client) => client.balance(undefined, options));
  }

  /**
   * Any other command of the service, with the same credentials, limits, retries and errors. A script that is not known to
   * only read is sent once.
   *
   * @param script The script's file name: `"balance.php"`.
   * @param parameters Its parameters, without credentials, `fmt` and `charset`.
   * @param options Options of this call.
   * @returns The response as parsed JSON; `{ result: "OK" }` for a bare `OK`.
   * @throws SmscError `invalid_parameter` before anything is sent; the code of the service's error; `bad_response` if the response is
   *   not JSON; `unauthorized`, `ip_blocked`, `rate_limited` and those of the network.
   */
  call(script: string, parameters?: Parameters, options?: CommandOptions): Promise<unknown> {
    return this.#connection.call((client) => client.call(script, parameters, options));
  }

  /**
   * Any command of the service, its response as the service's own text. An error response rejects, in whatever format.
   *
   * @param script The script's file name: `"get.php"`.
   * @param parameters Its parameters, with `fmt`: 0 text (the default), 1 comma-separated, 2 XML, 3 JSON.
   * @param options Options of this call.
   * @returns The response, unchanged.
   * @throws SmscError As `call`, but not `bad_response` for a response that is not JSON.
   */
  raw(script: string, parameters?: Parameters & { fmt?: 0 | 1 | 2 | 3 }, options?: CommandOptions): Promise<string> {
    return this.#connection.call((client) => client.raw(script, parameters, options));
  }

  /** How full the service's limits are, as far as this process has used them. */
  rateLimits(): RateLimit[] {
    return this.#connection.enter((client) => client.rateLimits());
  }
}

/**
 * Creates a client for the SMSC gateway: the history of messages, sender names, deferred tasks. Loads the WebAssembly the first
 * time.
 *
 * @param options The credentials, and how to call the service.
 * @throws SmscError `invalid_option`, naming the option and what it takes.
 */
export async function createClient(options: ClientOptions): Promise<Smsc> {
  await init();
  return new Smsc(new Connection(options));
}
