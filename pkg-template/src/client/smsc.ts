import type { Balance, CallOptions, CommandOptions, RateLimit } from "../core.js";
import { openDownload } from "../files/download.js";
import type { Download } from "../files/task-file.js";
import { atCaller } from "../runtime/errors.js";
import { init } from "../runtime/load.js";
import { Connection } from "./connection.js";
import { type Command, forward } from "./forwarding.js";
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
   * @throws SmscError `invalid_option` before anything is sent; `unauthorized`, `ip_blocked`; `too_many_connections`, `connection`,
   *   `timeout`, `http_status`, `bad_response`, `aborted`.
   * @example
   * const { balance, currency } = await smsc.balance(); // "1834.5", "RUR"
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
   *   not JSON; `unauthorized`, `ip_blocked`, `rate_limited`, `too_many_connections`, `connection`, `timeout`, `http_status`, `aborted`.
   * @example
   * const status = await smsc.call("status.php", { phone: "79991234567", id: 12345 });
   */
  call(script: string, parameters?: Parameters, options?: CommandOptions): Promise<unknown> {
    return this.#connection.change((client) => client.call(script, parameters, options));
  }

  /**
   * Any command of the service, its response as the service's own text. An error response rejects, in whatever format.
   *
   * @param script The script's file name: `"get.php"`.
   * @param parameters Its parameters, with `fmt`: 0 text (the default), 1 comma-separated, 2 XML, 3 JSON.
   * @param options Options of this call.
   * @returns The response, unchanged.
   * @throws SmscError As `call`, but not `bad_response` for a response that is not JSON.
   * @example
   * const xml = await smsc.raw("balance.php", { cur: true, fmt: 2 });
   */
  raw(script: string, parameters?: Parameters & { fmt?: 0 | 1 | 2 | 3 }, options?: CommandOptions): Promise<string> {
    return this.#connection.change((client) => client.raw(script, parameters, options));
  }

  /**
   * How full the service's limits are, as far as this process has used them. With a shared `rateLimiter`, the requests of other
   * processes are not in it: only the limiter knows them.
   *
   * @returns One row for each limit that was used.
   * @throws SmscError `internal`, if the WebAssembly cannot be started.
   * @example
   * for (const { name, used, limit, resetMs } of smsc.rateLimits()) console.log(name, `${used}/${limit}`, resetMs);
   */
  rateLimits(): RateLimit[] {
    return this.#connection.enter((client) => client.rateLimits());
  }

  /** @internal */
  [forward]({ script, parameters, file, mustRead }: Command, options: CallOptions): Promise<Download> {
    return openDownload(this.#connection, (client) => client.forward(script, parameters, file, mustRead, options));
  }
}

/**
 * Creates a client for the SMSC gateway: the history of messages, sender names, deferred tasks. Loads the WebAssembly the first
 * time.
 *
 * @param options The credentials, and how to call the service.
 * @returns The client, once the WebAssembly is ready.
 * @throws SmscError `invalid_option`, naming the option and what it takes; `internal`, if the WebAssembly cannot be loaded.
 * @example
 * const smsc = await createClient({ apiKey: process.env.SMSC_API_KEY });
 */
export async function createClient(options: ClientOptions): Promise<Smsc> {
  await init();
  try {
    return new Smsc(new Connection(options));
  } catch (error) {
    throw atCaller(error);
  }
}
