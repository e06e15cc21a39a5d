/** An emulated account behind a proxy, the client of a page, and requests that no client makes. */
import assert from "node:assert/strict";
import { createClient } from "smsc-wasm";
import { createProxy } from "smsc-wasm/proxy";
import { createEmulator } from "smsc-wasm/testing";

export const ADDRESS = "https://panel.example/smsc";
export const KEY = "the proxy's own key & more";
/** What no response may contain: the credentials and the address of the service. */
export const SECRETS = [KEY, encodeURIComponent(KEY), "service.example", "www2."];

/** A proxy for everybody, before an account without limits. */
export function setupProxy(options = {}, seed = {}) {
  const emulator = createEmulator({ apiKey: KEY, limits: false, ...seed });
  const anyone = "authorize" in options ? {} : { dangerouslyAllowAnyone: true };
  const proxy = createProxy({
    ...emulator.clientOptions({ apiKey: KEY }),
    baseUrl: "https://service.example",
    ...anyone,
    ...options,
  });
  /** The client of a page. */
  const page = (clientOptions = {}) =>
    createClient({
      baseUrl: ADDRESS,
      rateLimit: "off",
      maxRetries: 0,
      fetch: (url, init) => proxy(new Request(url, init)),
      ...clientOptions,
    });
  return { emulator, proxy, page, post: poster(proxy) };
}

/** Sends a form to a proxy, and returns its answer: its status, its headers, its text, and the service's error in it. */
function poster(proxy) {
  return async (script, body, { path = `/smsc/sys/${script}`, method = "POST", headers = {}, ...init } = {}) => {
    const hasType = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
    const type = typeof body === "string" && !hasType ? { "content-type": "application/x-www-form-urlencoded" } : {};
    const request = new Request(`https://panel.example${path}`, {
      method,
      headers: { ...type, ...headers },
      ...(method === "GET" ? {} : { body, duplex: "half" }),
      ...init,
    });
    const response = await proxy(request);
    const text = await response.text();
    assertRevealsNothing(response, text);
    return { status: response.status, headers: response.headers, text, ...readError(text) };
  };
}

function readError(text) {
  try {
    const { error, error_code: code } = JSON.parse(text);
    return { error, code };
  } catch {
    return {};
  }
}

function assertRevealsNothing({ headers }, text) {
  const all = `${JSON.stringify([...headers])}\n${text}`;
  for (const secret of SECRETS) assert.ok(!all.includes(secret), `the answer reveals ${secret}: ${all.slice(0, 500)}`);
  for (const name of ["location", "set-cookie", "server", "refresh"]) assert.equal(headers.get(name), null, name);
}

/** A multipart body. A part is `[name, value]`, or `[name, value, fileName]`. */
export function multipart(parts, { boundary = "=limit", end = `--${boundary}--\r\n` } = {}) {
  const write = ([name, value, fileName]) => {
    const file = fileName === undefined ? "" : `; filename="${fileName}"\r\nContent-Type: application/pdf`;
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n\r\n${value}\r\n`;
  };
  return {
    body: `${parts.map(write).join("")}${end}`,
    headers: { "content-type": `multipart/form-data; boundary="${boundary}"` },
  };
}
