/** The built panel on a server of this machine: its files, and the proxy with the emulator as the account. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { createProxy, toNodeListener } from "smsc-wasm/proxy";
import { createEmulator } from "smsc-wasm/testing";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
/** The strictest policy with which the panel works; its README recommends it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self' data:",
].join("; ");

/**
 * Starts a server with a new account.
 *
 * @param {object} [options]
 * @param {import("smsc-wasm/testing").EmulatorSeed} [options.seed]
 * @param {"*" | "read" | string[]} [options.allow] What the proxy and `/panel.json` allow.
 */
export async function startPanel({ seed, allow = "*" } = {}) {
  const emulator = createEmulator(seed);
  const options = { basePath: "/smsc", allow, dangerouslyAllowAnyone: true };
  const proxy = toNodeListener(createProxy({ ...emulator.clientOptions(), ...options }));
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    if (pathname.startsWith("/smsc/")) {
      proxy(request, response);
    } else if (pathname === "/panel.json") {
      response.end(JSON.stringify({ allow }));
    } else {
      const { status, headers, body } = await readPanelFile(pathname === "/" ? "/index.html" : pathname);
      response.writeHead(status, headers).end(body);
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    emulator,
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readPanelFile(pathname) {
  const folder = join(process.cwd(), "dist");
  const file = normalize(join(folder, decodeURIComponent(pathname)));
  const body = file.startsWith(folder + sep) ? await readFile(file).catch(() => undefined) : undefined;
  if (body === undefined) return { status: 404, headers: {}, body: "" };
  const headers = { "Content-Type": TYPES[extname(file)], "Content-Security-Policy": POLICY };
  return { status: 200, headers, body };
}
