import type { IfKnown, PlatformRequest, PlatformURL } from "../client/platform.js";
import { MAX_TIMER_MS } from "../core-constants.js";
import type { Authentication, ClientOptions, ClientSettings, Logger, ServiceAddress } from "../entries/index.js";
import { invalidOption, mismatch } from "../runtime/option-errors.js";
import { unknownOption } from "../runtime/unknown-option.js";
import { type Allowed, type Permission, readAllow } from "./allow.js";
import { type Origins, readOrigins } from "./cors.js";

/** A request as `authorize` gets it. */
export type ProxyRequest = PlatformRequest;

/** Who may use the account through the proxy: a function that decides, or everybody. */
export type Authorization =
  // TypeScript's error for neither is about the last member: it names `authorize`.
  | {
      /** Absent with `dangerouslyAllowAnyone`. */
      authorize?: undefined;
      /** Gives the account to everyone who reaches the proxy: for one on this machine only, or behind a gateway that authorizes. */
      dangerouslyAllowAnyone: true;
    }
  | {
      /**
       * Decides whether a request may use the account: by its session cookie, a bearer token, a signed header. Only `true` permits it. It
       * must not read the body. If it throws, or takes longer than `timeoutMs`, nothing is sent.
       */
      authorize: (request: ProxyRequest) => boolean | Promise<boolean>;
      /** Absent with `authorize`. */
      dangerouslyAllowAnyone?: undefined;
    };

/** The options of the proxy's own client, which sends the requests to the service. */
type ClientOption =
  | "allowInsecureHttp"
  | "dangerouslyAllowBrowser"
  | "fetch"
  | "headers"
  | "logger"
  | "onRequest"
  | "onResponse"
  | "onWait"
  | "rateLimit"
  | "rateLimiter";

/** The options of a proxy besides the account, the address of the service and the authorization. */
export interface ProxySettings extends Pick<ClientSettings, ClientOption> {
  /**
   * The permitted commands: `"read"`, methods of the client, scripts, or `"*"`; one or several. A list replaces the default: name `"read"` in
   * it to keep the commands that only read.
   * @default "read"
   */
  allow?: Permission | readonly Permission[];
  /**
   * The origins of pages that may use the proxy from elsewhere (CORS), such as `"https://panel.example"`, or `"*"`. Pages of the
   * proxy's own origin always may; every other page is refused, whatever its cookies.
   *
   * `fetch` sends no cookies to another origin by itself. If `authorize` reads a cookie, the page's client has to ask for it, and
   * `origins` must list the page: `fetch: (url, init) => fetch(url, { ...init, credentials: "include" })`.
   * @default none
   */
  origins?: "*" | readonly (string | IfKnown<PlatformURL>)[];
  /**
   * The path of the proxy: the page's `baseUrl`, such as `"/smsc"`. Other paths are answered with 404.
   * @default any path that ends with `/sys/<script>.php`
   */
  basePath?: string;
  /**
   * The largest body of a request, in bytes. A form without its document is limited to 256 KiB.
   * @default 4 MiB
   */
  maxBodyBytes?: number;
  /**
   * Milliseconds for `authorize`, for the form to arrive, for the head of the service's response, between two chunks of a file, and
   * between two reads of a page.
   * @default 30 000
   */
  timeoutMs?: number;
  /**
   * The longest wait for the service's limits, in milliseconds. A longer one is answered at once with 429 and `Retry-After`, and the
   * client in the page waits instead.
   * @default 10 000
   */
  maxRateLimitWaitMs?: number;
}

// TypeScript reports what the first type of an intersection lacks.
/** The options of `createProxy`. */
export type ProxyOptions = Authorization & ProxySettings & Authentication & ServiceAddress;

/** The options that the proxy's own client gets as they are. */
const CLIENT_OPTIONS = [
  ...["apiKey", "login", "password", "credentials", "region", "baseUrl"],
  ...["allowInsecureHttp", "dangerouslyAllowBrowser", "fetch", "headers", "logger"],
  ...["onRequest", "onResponse", "onWait", "rateLimit", "rateLimiter"],
];

const OWN_OPTIONS = [
  ...["allow", "origins", "authorize", "dangerouslyAllowAnyone", "basePath"],
  ...["maxBodyBytes", "timeoutMs", "maxRateLimitWaitMs"],
];

/** Options of a client that retries. */
const PAGE_OPTIONS: readonly string[] = ["maxRetries", "maxRetryDelayMs", "totalTimeoutMs"];

/** The options, validated. */
export interface Settings {
  readonly client: ClientOptions;
  readonly allowed: Allowed;
  readonly origins: Origins;
  readonly authorize: (request: Request) => unknown;
  readonly basePath: string | undefined;
  readonly maxBodyBytes: number;
  readonly timeoutMs: number;
  readonly logger: Logger | undefined;
}

/** Validates the options that the client does not. */
export function readOptions(options: ProxyOptions): Settings {
  if (typeof options !== "object" || options === null) {
    throw mismatch("options", "an object with the options of `createProxy`", options);
  }
  const known: readonly string[] = [...CLIENT_OPTIONS, ...OWN_OPTIONS];
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    if (PAGE_OPTIONS.includes(name)) {
      throw invalidOption(
        name,
        `\`${name}\` is an option of the client in the page: the proxy sends each request once`,
      );
    }
    throw invalidOption(name, unknownOption(name, known));
  }
  // The values now, whatever becomes of the object.
  const given: Record<string, unknown> = { ...options };
  const client = Object.fromEntries(CLIENT_OPTIONS.map((name) => [name, given[name]]));
  if (["apiKey", "login", "credentials", "baseUrl"].every((name) => (given[name] ?? "") === "")) {
    throw invalidOption(
      "apiKey",
      "`createProxy` takes `apiKey`, or `login` and `password`, or `credentials`. If you pass an environment variable, check that it is set",
    );
  }
  const timeoutMs = readInteger("timeoutMs", given.timeoutMs, 30_000, 1, MAX_TIMER_MS);
  return {
    client: {
      ...client,
      timeoutMs,
      maxRateLimitWaitMs: readInteger("maxRateLimitWaitMs", given.maxRateLimitWaitMs, 10_000, 0, MAX_TIMER_MS),
      // The client in the page retries.
      maxRetries: 0,
    } as unknown as ClientOptions,
    allowed: readAllow(given.allow),
    origins: readOrigins(given.origins),
    authorize: readAuthorization(given.authorize, given.dangerouslyAllowAnyone),
    basePath: readBasePath(given.basePath),
    maxBodyBytes: readInteger("maxBodyBytes", given.maxBodyBytes, 4 * 1024 * 1024, 1),
    timeoutMs,
    logger: given.logger as Logger | undefined,
  };
}

function readAuthorization(authorize: unknown, anyone: unknown): Settings["authorize"] {
  if (typeof authorize === "function" && anyone === undefined) return (request) => authorize(request);
  if (authorize === undefined && anyone === true) return () => true;
  throw invalidOption(
    "authorize",
    "`authorize` takes a function that decides who may use the account, or set `dangerouslyAllowAnyone: true` instead",
  );
}

function readBasePath(path: unknown): string | undefined {
  if (path === undefined) return undefined;
  if (typeof path === "string" && /^(\/[\w.~-]+)*\/?$/.test(path)) return path.replace(/\/$/, "");
  throw mismatch("basePath", 'a path such as "/smsc"', path);
}

function readInteger(name: string, value: unknown, fallback: number, min: number, max?: number): number {
  if (value === undefined) return fallback;
  const number = value as number;
  if (Number.isSafeInteger(value) && number >= min && number <= (max ?? number)) return number;
  const range = max === undefined ? `of at least ${min}` : `from ${min} to ${max}`;
  throw mismatch(name, `a whole number ${range}`, value);
}
