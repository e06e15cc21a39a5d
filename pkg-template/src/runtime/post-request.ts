import { orUndefined } from "./user-values.js";

/** Whether the platform has `cache`: Workers with an early compatibility date throw. */
let acceptsCache: boolean | undefined;

/** A request whose body holds the credentials: the platform must not follow redirects with it. */
export function postRequest(
  body: BodyInit,
  contentType: string,
  headers: Record<string, string> | undefined,
  signal: AbortSignal,
): RequestInit {
  acceptsCache ??=
    orUndefined(() => new Request("https://smsc.ru", { cache: "no-store" }).cache === "no-store") ?? false;
  // `fetch` requires `duplex` for a stream, and the platform's types do not have it.
  const init: RequestInit & { duplex: "half" } = {
    method: "POST",
    redirect: "manual",
    duplex: "half",
    signal,
    body,
    headers: { ...headers, "content-type": contentType },
    // Next.js caches POST too.
    ...(acceptsCache && { cache: "no-store" }),
  };
  return init;
}
