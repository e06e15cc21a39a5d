import { type CallOptions, type ClientOptions, type Context, makeContext } from "./context.js";
import { coreText, Op, type RateLimit } from "./core.js";
import { History } from "./history.js";
import { init } from "./load.js";
import { run } from "./run.js";
import { Senders } from "./senders.js";
import { Tasks } from "./tasks.js";

/** Parameters of a script, as the service's page names them. `true` is sent as `1`, `false` as `0`. */
export type Parameters = Record<string, string | number | bigint | boolean | undefined>;

/** Options of `call` and `raw`. */
export interface CommandOptions extends CallOptions {
  /** The command changes nothing, or may be made twice: it is then tried again like a call that only reads. */
  idempotent?: boolean | undefined;
}

/** A client of one account. It holds no connection: there is nothing to close. */
export class Smsc {
  /** The history of sent messages. */
  readonly history: History;
  /** The account's sender names. */
  readonly senders: Senders;
  /** Deferred tasks and their files. */
  readonly tasks: Tasks;
  readonly #context: Context;

  /** @internal */
  constructor(context: Context) {
    this.#context = context;
    this.history = new History(context);
    this.senders = new Senders(context);
    this.tasks = new Tasks(context);
  }

  /**
   * Any other command of the service, with the same credentials, limits, retries and errors. A script that is not known to
   * only read is sent once.
   *
   * @param script The script's file name: `"balance.php"`.
   * @param parameters Its parameters, without credentials, `fmt` and `charset`.
   * @param options Options of this call.
   * @returns The reply as parsed JSON; `{ result: "OK" }` for a bare `OK`.
   */
  call(script: string, parameters?: Parameters, options?: CommandOptions): Promise<unknown> {
    return run(this.#context, `call ${named(script)}`, parameters, options);
  }

  /**
   * Any command of the service, its reply as the service's own text. An error reply rejects, in whatever format.
   *
   * @param script The script's file name: `"get.php"`.
   * @param parameters Its parameters, with `fmt`: 0 text (the default), 1 comma-separated, 2 XML, 3 JSON.
   * @param options Options of this call.
   */
  raw(script: string, parameters?: Parameters & { fmt?: 0 | 1 | 2 | 3 }, options?: CommandOptions): Promise<string> {
    return run(this.#context, `raw ${named(script)}`, parameters, options);
  }

  /** How full the service's limits are, as far as this process has used them. */
  rateLimits(): RateLimit[] {
    return JSON.parse(coreText(Op.Report, this.#context.client.handle));
  }
}

/** What is no text names no script, and is left for the core to refuse. */
function named(script: unknown): string {
  return typeof script === "string" ? script : "";
}

/**
 * A client for the SMSC gateway: the history of messages, sender names, deferred tasks. Loads the WebAssembly the first
 * time.
 *
 * @param options Who asks, and how.
 * @throws SmscError `invalid_option`, naming the option and what it takes.
 */
export async function createClient(options: ClientOptions): Promise<Smsc> {
  await init();
  return new Smsc(makeContext(options));
}
