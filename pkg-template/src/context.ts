import { Client } from "./account.js";
import { SmscError } from "./errors.js";
import { discreet, kind, toJson } from "./json.js";
import type { Limiter } from "./limiter.js";

/** Who asks: an API key, or a login with its password. */
export type Credentials =
  | { apiKey: string; login?: undefined; password?: undefined }
  | { apiKey?: undefined; login: string; password: string };

/** Where log lines go; `console` will do. No line holds a credential. */
export interface Logger {
  debug?(message: string): void;
  info?(message: string): void;
  warn?(message: string): void;
  error?(message: string): void;
}

/** What a call is about to wait for. */
export interface Wait {
  /** The service's limits, a pause before another try, or the next look at a task. */
  reason: "limit" | "retry" | "poll";
  /** How long, in milliseconds; 0 where only the end of another call can tell. */
  ms: number;
  /** `"history"`, `"senders"`, `"tasks"`, or a script's name. */
  endpoint: string;
}

/** What to do when the service's limits forbid a request now. */
export type OnLimit = "wait" | "fail" | "off";

/** The options of a client. */
export interface ClientOptions {
  /** The account's API key, in place of `login` and `password`. */
  apiKey?: string;
  /** The account's login. */
  login?: string;
  /** The account's password, or its lowercase MD5. */
  password?: string;
  /** Asked for the credentials before each request, in place of the three above. */
  credentials?: () => Credentials | Promise<Credentials>;
  /** The account's host: smsc.ru (the default), smsc.ua, smsc.kz or smscentre.com. */
  region?: "ru" | "ua" | "kz" | "com";
  /** In place of `region`: a mirror, a proxy or an emulator. `/sys/<script>.php` is put behind it. */
  baseUrl?: string;
  /** With a `region`: after a failed connection, one try at `www2.<host>`. Default true. */
  reserveHost?: boolean;
  /** Milliseconds for one attempt, its body included; of a download, up to its head and then between two pieces. Default 30 000. */
  timeoutMs?: number;
  /** Milliseconds for a whole call with its retries and waits. Default none. */
  totalTimeoutMs?: number;
  /** Further attempts of calls that only read. Default 2. */
  maxRetries?: number;
  /** The largest reply that is no file, in bytes. Default 64 MiB. */
  maxReplyBytes?: number;
  /** Allows a `baseUrl` with `http:` beyond this machine. The credentials then travel in the clear. */
  allowInsecure?: boolean;
  /** Allows credentials in a browser's page or its workers, where whoever opens the page can read them. */
  dangerouslyAllowBrowser?: boolean;
  /** What to do when the service's limits forbid a request now: `"wait"` (the default), `"fail"` with `rate_limited`, or `"off"`. */
  limits?: OnLimit;
  /**
   * The account's limits where several processes or machines share them: of `smsc-wasm/cloudflare`, of `smsc-wasm/redis`, or
   * of your own. Default: every client of the account in this process shares them.
   */
  limiter?: Limiter;
  /** In place of `globalThis.fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Told before each wait. */
  onWait?: (wait: Wait) => void;
  /** Told what the client does. */
  logger?: Logger;
}

/** The options of one call, its last argument. They outweigh those of the client. */
export interface CallOptions {
  /** Aborts the call: it rejects with `aborted` and the signal's reason as `cause`. */
  signal?: AbortSignal | undefined;
  /** Milliseconds for one attempt, its body included. */
  timeoutMs?: number | undefined;
  /** Milliseconds for the whole call with its retries and waits. */
  totalTimeoutMs?: number | undefined;
  /** Further attempts, where the call only reads. */
  maxRetries?: number | undefined;
  /** What to do when the service's limits forbid the request now. */
  limits?: OnLimit | undefined;
}

/** What every call of one client needs. Nothing in it can be reached from the client object. */
export interface Context {
  /** The checked options, and the limits of the account, in the core. */
  readonly client: Client;
  /** Whom to ask for the credentials, where the client does not know them. */
  readonly credentials: (() => Credentials | Promise<Credentials>) | undefined;
  /** What holds where a call says nothing. */
  readonly defaults: Pick<CallOptions, "limits" | "totalTimeoutMs">;
  readonly maxReplyBytes: number;
  readonly limiter: Limiter | undefined;
  readonly fetch: typeof globalThis.fetch | undefined;
  readonly onWait: ((wait: Wait) => void) | undefined;
  readonly logger: Logger | undefined;
  /** Told after each wait how long it was. */
  readonly waited?: (ms: number) => void;
}

/** Checks a client's options. The core must be loaded. */
export function makeContext(options: ClientOptions): Context {
  const given: Record<string, unknown> = { ...options };
  if (given.baseUrl !== undefined) given.baseUrl = address(given.baseUrl);
  given.logger = parts(given.logger, ["debug", "info", "warn", "error"]);
  given.limiter = parts(given.limiter, ["acquire", "release"]);
  given.credentials = discreet(given.credentials);
  const json = toJson(typeof options === "object" ? given : discreet(options));
  const client = new Client(json, inPage());
  const { credentials, limits, totalTimeoutMs, limiter, fetch, onWait, logger } = options;
  return {
    client,
    credentials,
    defaults: { limits, totalTimeoutMs },
    maxReplyBytes: options.maxReplyBytes ?? 64 * 1024 * 1024,
    limiter,
    fetch,
    onWait,
    logger,
  };
}

/**
 * What is used of a logger or a limiter: of a class its methods are not its own. Other parts are its own affair, and may refer
 * to each other in a circle.
 */
function parts(whole: unknown, names: string[]): unknown {
  if (typeof whole !== "object" || whole === null) return whole;
  return Object.fromEntries(names.map((name) => [name, (whole as Record<string, unknown>)[name]]));
}

/** An address as the platform reads it, for the core to judge. A relative one is taken against the page's own. */
function address(given: unknown): unknown {
  try {
    const { href, protocol, hostname, username, password, search, hash } = new URL(
      String(given),
      globalThis.location?.href,
    );
    return { $url: href, protocol, hostname, extras: Boolean(username || password || search || hash) };
  } catch {
    return typeof given === "string" ? kind(JSON.stringify(given)) : given;
  }
}

/** Whether this is a browser's page, or one of its workers. */
function inPage(): boolean {
  const { window, document, WorkerGlobalScope, location, process, Deno } = globalThis as unknown as Record<
    string,
    never
  > &
    typeof globalThis;
  if (window !== undefined && document !== undefined) return true;
  // workerd, Deno and Bun have a `WorkerGlobalScope` of their own, but no page's address.
  return (
    typeof WorkerGlobalScope === "function" &&
    globalThis instanceof WorkerGlobalScope &&
    location !== undefined &&
    Deno === undefined &&
    process?.versions?.node === undefined
  );
}

/** What holds for a call that makes several requests: its own options, or else the client's. */
export function settled({ defaults }: Context, options: CallOptions | undefined): CallOptions {
  return {
    limits: options?.limits ?? defaults.limits,
    totalTimeoutMs: options?.totalTimeoutMs ?? defaults.totalTimeoutMs,
  };
}

/** The whole time of a call that makes several requests: gives each what is left of it. */
export class Deadline {
  readonly #began = Date.now();
  readonly #totalMs: number | undefined;

  constructor(context: Context, options: CallOptions | undefined) {
    this.#totalMs = settled(context, options).totalTimeoutMs;
  }

  /** The options of the next request. A time that is none is left for the core to refuse. */
  next(options: CallOptions | undefined, endpoint: string): CallOptions {
    const total = this.#totalMs;
    if (typeof total !== "number" || !(total > 0)) return { ...options };
    const left = total - (Date.now() - this.#began);
    if (left <= 0) {
      const message = `the call took longer than totalTimeoutMs (${total} ms)`;
      throw new SmscError({ code: "timeout", message, endpoint, retryable: true });
    }
    return { ...options, totalTimeoutMs: left };
  }
}

/** Tells an onlooker. What it throws changes nothing: by then the service may have made the change that was asked for. */
export function tell(onlooker: () => void): void {
  try {
    onlooker();
  } catch {
    // Its own affair.
  }
}

/** Refuses an `onProgress` that cannot be called. */
export function checkProgress(onProgress: unknown, endpoint = "tasks"): void {
  if (onProgress === undefined || typeof onProgress === "function") return;
  const message = "`onProgress` takes a function";
  throw new SmscError({ code: "invalid_option", message, endpoint, parameter: "onProgress" });
}

/** Splits a call's options into what the core checks and what only JavaScript can hold. */
export function splitOptions(options: CallOptions | undefined, endpoint: string, own: readonly string[] = []) {
  if (options === undefined) return { signal: undefined, json: "" };
  if (typeof options !== "object" || options === null) {
    throw new SmscError({ code: "invalid_option", message: "the options of a call are an object", endpoint });
  }
  const { signal, ...rest } = options;
  if (signal !== undefined && typeof signal?.addEventListener !== "function") {
    throw new SmscError({
      code: "invalid_option",
      message: "`signal` takes an AbortSignal",
      endpoint,
      parameter: "signal",
    });
  }
  for (const name of own) delete (rest as Record<string, unknown>)[name];
  return { signal, json: Object.keys(rest).length === 0 ? "" : toJson(rest) };
}
