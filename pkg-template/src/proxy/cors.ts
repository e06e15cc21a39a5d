// The pages that may use the proxy: those of the proxy's origin, and of the origins in the option `origins`.
import { mismatch } from "../runtime/option-errors.js";
import { orUndefined } from "../runtime/user-values.js";
import { forbidden } from "./refusal.js";

/** The origins of pages that may use the proxy from elsewhere. */
export type Origins = "*" | ReadonlySet<string>;

/** Reads the option `origins`. */
export function readOrigins(origins: unknown = []): Origins {
  if (origins === "*") return "*";
  const given: unknown[] = Array.isArray(origins) ? origins : [origins];
  return new Set(given.map(readOrigin));
}

function readOrigin(value: unknown): string {
  const text = orUndefined(() => String(value)) ?? "";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isOrigin = url && url.origin !== "null" && (text === url.origin || text === `${url.origin}/`);
  if (isOrigin) return url.origin;
  throw mismatch("origins", 'origins such as "https://panel.example", or "*"', value);
}

/**
 * Refuses a page of another origin. A form of any page can be sent here with the cookies of this origin, and needs no preflight.
 * Programs other than browsers send no `Origin`.
 */
export function checkOrigin(origins: Origins, { headers, url }: Request): void {
  const origin = headers.get("origin");
  const site = headers.get("sec-fetch-site");
  if (origin !== null && origins !== "*" && origins.has(origin)) return;
  if (site === "same-origin" || site === "none") return;
  if (site === null && (origin === null || isOwn(origin, headers, url))) return;
  if (origins !== "*") throw forbidden("the proxy does not permit pages of this origin");
  // Any page could act for the user whom the cookie stands for.
  if (headers.has("cookie")) throw forbidden("the proxy permits pages of every origin, but no cookies");
}

function isListed(origins: Origins, origin: string): boolean {
  return origins === "*" || origins.has(origin);
}

/** For browsers without `Sec-Fetch-Site`, and pages that are not secure. */
function isOwn(origin: string, headers: Headers, url: string): boolean {
  const host = URL.canParse(origin) ? new URL(origin).host : undefined;
  return host !== undefined && (host === headers.get("host") || origin === new URL(url).origin);
}

/** The headers that let a page of another origin read a response. */
export function corsHeaders(origins: Origins, { headers }: Request): Record<string, string> {
  const origin = headers.get("origin");
  if (origin === null || !isListed(origins, origin)) return origins === "*" ? {} : { vary: "Origin" };
  const exposed = { "access-control-expose-headers": "Content-Disposition, Retry-After" };
  if (origins === "*") return { "access-control-allow-origin": "*", ...exposed };
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    vary: "Origin",
    ...exposed,
  };
}

/** The answer to a preflight. It needs no authorization, because a browser sends none with it. */
export function preflight(origins: Origins, request: Request): Response {
  const { headers } = request;
  const allowed = corsHeaders(origins, request);
  if (!("access-control-allow-origin" in allowed)) return new Response(null, { status: 403, headers: allowed });
  const requested = headers.get("access-control-request-headers") ?? "";
  return new Response(null, {
    status: 204,
    headers: {
      ...allowed,
      "access-control-allow-methods": "POST",
      "access-control-max-age": "600",
      // The names only let the page send these headers to the proxy, which passes none on.
      ...(/^[\w, -]+$/.test(requested) && { "access-control-allow-headers": requested }),
    },
  });
}
