// The errors of the proxy: in the service's JSON shape, so that the client in the page makes an `SmscError` of them.

/** The service's error numbers that the proxy uses with their meaning. */
export const INVALID_PARAMETER = 1;
export const UNAUTHORIZED = 2;
export const RATE_LIMITED = 9;

/** A request that the proxy does not send. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly headers: Record<string, string>;

  /** Without an error number of the service, the HTTP status is the number. The page does not see the `cause`. */
  constructor(
    status: number,
    message: string,
    code = status,
    headers: Record<string, string> = {},
    cause: unknown = undefined,
  ) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.headers = headers;
  }

  /** The response for it. */
  get response(): Response {
    return jsonError(this.status, this.code, this.message, this.headers);
  }
}

/** A request with an error in its parameters. */
export function invalid(message: string, status = 400): Refusal {
  return new Refusal(status, message, INVALID_PARAMETER);
}

/** A request that is not permitted. */
export function forbidden(message: string): Refusal {
  return new Refusal(403, message, UNAUTHORIZED);
}

/** A path that is none of the proxy. */
export function noSuchPath(): Refusal {
  return invalid("the proxy has no such path: it takes /sys/<script>.php below its address", 404);
}

/** A request whose page has left. */
export function requestAborted(): Refusal {
  return new Refusal(499, "the request was aborted");
}

/** A request that cannot be read any more. */
export function bodyWasRead(): Refusal {
  return new Refusal(500, "the body of the request was read before the proxy");
}

/** A failure of the proxy, whose cause is for its logger alone. */
export function proxyFailed(cause: unknown, message = "the proxy failed"): Refusal {
  return new Refusal(500, message, 500, {}, cause);
}

/** An error in the service's JSON layout. */
export function jsonError(status: number, code: number, text: string, headers: Record<string, string> = {}): Response {
  return new Response(errorText(3, code, text), {
    status,
    headers: { "content-type": "application/json; charset=utf-8", ...headers },
  });
}

/** An error in one of the service's response formats. */
export function errorText(fmt: number, code: number, text: string): string {
  if (fmt === 1) return `0,-${code}`;
  if (fmt === 2) return `<result>\n<error>${escapeXml(text)}</error>\n<error_code>${code}</error_code>\n</result>`;
  if (fmt === 3) return `{\n"error": ${JSON.stringify(text)},\n"error_code": ${code}\n}`;
  return `ERROR = ${code} (${text})`;
}

const escapeXml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
