// The responses of the proxy: the service's bytes, or an error that does not name the service's host.
import { isSmscError, type SmscError } from "../entries/index.js";
import type { Download } from "../files/task-file.js";
import { errorText, INVALID_PARAMETER, jsonError, RATE_LIMITED } from "./refusal.js";

/**
 * A response with the service's bytes, passed on no faster than the page reads. A page that pauses for longer than the maximum ends
 * it: the response takes one of the account's few connections.
 */
export function fileResponse(download: Download, maxPauseMs: number): Response {
  const { fileName, size, type } = download;
  let pause: ReturnType<typeof setTimeout> | undefined;
  const giveUp = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    download.cancel();
    controller.error(new Error("the response was not read in time"));
  };
  const startPause = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    pause = setTimeout(giveUp, maxPauseMs, controller);
    // In Node.js and Bun, a response that is not read does not keep the program running.
    (pause as { unref?: () => void }).unref?.();
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      start: startPause,
      async pull(controller) {
        clearTimeout(pause);
        try {
          const chunk = await download.next();
          if (!chunk) return controller.close();
          controller.enqueue(chunk);
          startPause(controller);
        } catch {
          // The cause may name the service's host.
          controller.error(new Error("the response of the service broke off"));
        }
      },
      cancel() {
        clearTimeout(pause);
        download.cancel();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(stream, {
    headers: {
      "content-type": contentType(type),
      ...(size !== undefined && { "content-length": String(size) }),
      ...(fileName !== undefined && { "content-disposition": attachment(fileName) }),
    },
  });
}

/** The service's media type, unless a browser would run it. */
function contentType(type: string | undefined): string {
  if (type === undefined || !/^[\w.+-]+\/[\w.+-]+(\s*;\s*charset="?[\w-]+"?)?$/i.test(type))
    return "application/octet-stream";
  return type.replace(/^(text\/html|application\/xhtml\+xml|image\/svg\+xml)/i, "text/plain");
}

/** A file's name as RFC 6266 writes it. */
function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\w .()+-]/g, "_");
  const encoded = encodeURIComponent(fileName.replaceAll(/\p{Surrogate}/gu, "_")).replaceAll(/['()*]/g, percentEncode);
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

const percentEncode = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** The response for a request that failed. */
export function failureResponse(error: unknown, fmt: number): Response {
  if (!isSmscError(error)) return jsonError(500, 500, "the proxy failed");
  // The service's own error, as it reports errors: under 200, in the requested format.
  if (error.apiCode !== undefined) {
    const headers = { "content-type": `${MEDIA_TYPES[fmt]}; charset=utf-8` };
    return new Response(errorText(fmt, error.apiCode, error.apiMessage ?? ""), { headers });
  }
  const [status, code, text] = describe(error);
  return jsonError(status, code, text, retryAfter(error, status));
}

const MEDIA_TYPES = ["text/plain", "text/plain", "text/xml", "application/json"];

/** Sentences of the proxy alone: the error's own could name the service's host. */
function describe({ code, httpStatus, parameter }: SmscError): [status: number, code: number, text: string] {
  switch (code) {
    case "rate_limited":
      return [429, RATE_LIMITED, "the limits of the account forbid the request for now"];
    case "too_many_connections":
      return [429, RATE_LIMITED, "too many concurrent requests"];
    case "invalid_parameter":
      return [400, INVALID_PARAMETER, `the parameter \`${parameter}\` is invalid`];
    case "timeout":
      return [504, 504, "the service did not respond in time"];
    case "aborted":
      return [499, 499, "the request was aborted"];
    case "internal":
      return [500, 500, "the proxy failed"];
    case "unauthorized":
      return [502, 502, "the proxy has no credentials"];
    case "http_status":
      return httpStatus === 503 ? [503, 503, "the service is unavailable"] : [502, 502, "the service failed"];
    default:
      return [502, 502, "the proxy could not reach the service"];
  }
}

function retryAfter({ retryAfterMs }: SmscError, status: number): Record<string, string> {
  if (retryAfterMs !== undefined) return { "retry-after": String(Math.ceil(retryAfterMs / 1000)) };
  return status === 429 ? { "retry-after": "1" } : {};
}
