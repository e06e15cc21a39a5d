import { type Command, forward } from "../client/forwarding.js";
import type { PlatformRequest, PlatformResponse } from "../client/platform.js";
import { createClient, isSmscError, type Smsc } from "../entries/index.js";
import type { Download } from "../files/task-file.js";
import { permissionOf } from "./allow.js";
import { BodyReader, within } from "./body-reader.js";
import { readCommand } from "./command.js";
import { checkOrigin, corsHeaders, preflight } from "./cors.js";
import { readForm } from "./form.js";
import { type ProxyOptions, readOptions, type Settings } from "./options.js";
import { bodyWasRead, forbidden, invalid, noSuchPath, proxyFailed, Refusal, UNAUTHORIZED } from "./refusal.js";
import { failureResponse, fileResponse } from "./responses.js";

/** A standard fetch handler. It always resolves with a response. */
export type ProxyHandler = (request: PlatformRequest) => Promise<PlatformResponse>;

/** A client whose member for the proxy is known. */
type ForwardingClient = Smsc & {
  [forward](command: Command, options: object): Promise<Download>;
};

/**
 * Creates a proxy for pages: it adds the account's credentials to the requests of a client with a `baseUrl`, and permits only
 * what its options allow. It runs wherever a handler of `Request` and `Response` does: Workers, Deno, Bun, Hono, Next.js;
 * `toNodeListener` adapts it to `node:http` and Express.
 *
 * @param options The account, who may use it, and for what.
 * @returns The handler.
 * @throws SmscError `invalid_option`, naming the option and what it takes. The value of an option of the client, such as `region`, is
 *   validated with the first request: the handler then responds with 500, and `logger.error` gets this error.
 * @example
 * const proxy = createProxy({ apiKey: process.env.SMSC_API_KEY, authorize: (request) => isLoggedIn(request) });
 * export default { fetch: proxy }; // in the page: createClient({ baseUrl: "/smsc" })
 */
export function createProxy(options: ProxyOptions): ProxyHandler {
  const settings = readOptions(options);
  let client: Promise<ForwardingClient> | undefined;
  const connect = () => {
    client ??= (createClient(settings.client) as Promise<ForwardingClient>).catch((error) => {
      client = undefined;
      throw noClient(error);
    });
    return client;
  };
  return async (request) => {
    const response = await answer(settings, connect, request);
    for (const [name, value] of Object.entries({ ...RESPONSE_HEADERS, ...corsHeaders(settings.origins, request) })) {
      response.headers.set(name, value);
    }
    return response;
  };
}

/** A response belongs to one account: no cache keeps it, and no browser takes it for a page. */
const RESPONSE_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; sandbox",
  "x-content-type-options": "nosniff",
};

async function answer(
  settings: Settings,
  connect: () => Promise<ForwardingClient>,
  request: Request,
): Promise<Response> {
  try {
    const script = readPath(settings, request);
    if (request.method === "OPTIONS") return preflight(settings.origins, request);
    checkOrigin(settings.origins, request);
    if (request.method !== "POST") throw methodNotAllowed();
    await authorize(settings, request);
    return await proxied(settings, await connect(), script, request);
  } catch (error) {
    request.body?.cancel().catch(() => {});
    const refusal = error instanceof Refusal ? error : proxyFailed(error);
    if (refusal.status >= 500) logFailure(settings, refusal.message, refusal.status, refusal.cause);
    return refusal.response;
  }
}

/** The refusal of every request of a proxy without a client. */
function noClient(cause: unknown): Refusal {
  const isOption = isSmscError(cause) && cause.code === "invalid_option";
  return isOption
    ? proxyFailed(cause, "an option of the proxy is invalid: its `logger` gets the reason")
    : proxyFailed(cause);
}

/** Logs a failure of the proxy or of its host, whose response names no cause. */
function logFailure({ logger }: Settings, message: string, status: number, error: unknown): void {
  try {
    logger?.error?.(`smsc-wasm/proxy: ${message}`, { status, ...(error !== undefined && { error }) });
  } catch {
    // A logger has no effect on the response.
  }
}

/** The script that a path names, as it stands there: an encoded path names none. */
function readPath({ basePath }: Settings, { url }: Request): string {
  const { pathname, search } = new URL(url);
  const [, prefix, script] = /^((?:\/[\w.~-]+)*)\/sys\/([a-z0-9_]+\.php)$/.exec(pathname) ?? [];
  if (script === undefined || (basePath !== undefined && prefix !== basePath)) {
    throw noSuchPath();
  }
  if (search !== "") throw invalid("the parameters belong in the body of the request, not in its address");
  return script;
}

const methodNotAllowed = () => {
  const error = "the proxy takes POST requests";
  return new Refusal(405, error, 1, { allow: "POST, OPTIONS" });
};

async function authorize({ authorize, timeoutMs }: Settings, request: Request): Promise<void> {
  let isAuthorized: unknown;
  try {
    const decision = (async () => authorize(request))();
    isAuthorized = await within(
      decision,
      timeoutMs,
      () => new Error(`\`authorize\` took longer than timeoutMs (${timeoutMs} ms)`),
    );
  } catch (cause) {
    throw new Refusal(503, "the proxy could not find out whether the request is authorized", 503, {}, cause);
  }
  if (isAuthorized !== true) throw new Refusal(401, "the proxy does not authorize this request", UNAUTHORIZED);
  if (request.bodyUsed || request.body?.locked) throw bodyWasRead();
}

async function proxied(
  settings: Settings,
  client: ForwardingClient,
  script: string,
  request: Request,
): Promise<Response> {
  const body = new BodyReader(request, settings.maxBodyBytes, settings.timeoutMs);
  try {
    const form = await readForm(request.headers.get("content-type"), body);
    body.endDeadline();
    const { command, name, fmt } = readCommand(script, form.fields, form.file);
    const permission = permissionOf(settings.allowed, script, name);
    const refusal = forbidden(`the proxy does not permit \`${name ?? script}\``);
    if (permission === "none") throw refusal;
    try {
      const sent = client[forward]({ ...command, mustRead: permission === "read" }, { signal: request.signal });
      return fileResponse(await sent, settings.timeoutMs);
    } catch (error) {
      if (isSmscError(error) && error.parameter === "allow") throw refusal;
      if (form.failure) throw form.failure;
      body.cancel();
      const response = failureResponse(error, fmt);
      if (response.status >= 500) logFailure(settings, "the request failed", response.status, error);
      return response;
    }
  } catch (error) {
    body.cancel();
    throw error;
  }
}
