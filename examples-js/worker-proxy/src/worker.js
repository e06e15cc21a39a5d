/** Serves the panel and the proxy of one account to authorized users. */
import { durableLimiter } from "smsc-wasm/cloudflare";
import { createProxy } from "smsc-wasm/proxy";
import { isAuthorized } from "./authorize.js";

export { SmscLimiter } from "smsc-wasm/cloudflare";

/** The methods of `ALLOW` that change the account. */
const changesOf = ({ ALLOW }) => (ALLOW ?? "").split(",").filter((name) => name !== "");

/** The proxy. `SMSC_FETCH` is set by the demo alone. */
const createHandler = (env) =>
  createProxy({
    apiKey: env.SMSC_API_KEY,
    region: env.SMSC_REGION || "ru",
    basePath: "/smsc",
    allow: ["read", ...changesOf(env)],
    authorize: (request) => isAuthorized(request, env),
    rateLimiter: durableLimiter(env.SMSC_LIMITER),
    ...(env.SMSC_FETCH && { fetch: env.SMSC_FETCH }),
    // Without `info` and `debug`, which report each request.
    logger: { warn: console.warn, error: console.error },
  });

let proxy;

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith("/smsc/")) {
      proxy ??= createHandler(env);
      return proxy(request);
    }
    if (!(await isAuthorized(request, env))) return askForToken(env);
    if (pathname === "/panel.json")
      return Response.json({ allow: changesOf(env).includes("*") ? "*" : changesOf(env) });
    return protectedPage(await env.ASSETS.fetch(request));
  },
};

/** A browser asks for the token, unless Access is what authenticates. */
const askForToken = ({ ACCESS_TEAM }) =>
  new Response("This panel needs authorization.\n", {
    status: 401,
    headers: ACCESS_TEAM ? {} : { "www-authenticate": 'Basic realm="SMSC panel", charset="UTF-8"' },
  });

/** The panel loads nothing from elsewhere, and sends nothing there. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

function protectedPage(asset) {
  const response = new Response(asset.body, asset);
  response.headers.set("content-security-policy", POLICY);
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("cache-control", "private, no-cache");
  return response;
}
