/** A static web server: a page without a bundler, and the installed package below /node_modules/. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };
// A strict policy: scripts of the site, WebAssembly and the emulator. The import map is the only inline script.
const POLICY =
  "default-src 'none'; script-src 'self' 'nonce-page' 'wasm-unsafe-eval'; connect-src 'self' http://127.0.0.1:*";

/** The path on the server that `specifier` resolves to. */
function address(root, specifier) {
  const file = relative(root, fileURLToPath(import.meta.resolve(specifier)));
  return `/${file.split(sep).join("/")}`;
}

const page = (root) => `<!doctype html>
<meta charset="utf-8">
<title>smsc-wasm</title>
<script type="importmap" nonce="page">
${JSON.stringify({ imports: { "smsc-wasm": address(root, "smsc-wasm"), "smsc-wasm/slim": address(root, "smsc-wasm/slim") } })}
</script>
<script type="module" nonce="page">
import * as smsc from "smsc-wasm";
globalThis.smsc = smsc;
</script>
`;

/** Serves the page of a project folder on a free port of 127.0.0.1. */
export async function servePages(root) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    try {
      if (pathname === "/") {
        response.writeHead(200, { "Content-Type": "text/html", "Content-Security-Policy": POLICY }).end(page(root));
        return;
      }
      const file = normalize(join(root, decodeURIComponent(pathname)));
      if (!file.startsWith(join(root, "node_modules") + sep)) throw new Error("outside of node_modules");
      const body = await readFile(file);
      response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    wasm: address(root, "smsc-wasm/smsc.wasm"),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
