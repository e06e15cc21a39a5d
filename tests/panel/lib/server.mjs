/** The built panel on a server of this machine, with the emulator as its account. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { Readable } from "node:stream";
import { createEmulator } from "smsc-wasm/testing";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
/** The policy that README.md of the panel recommends. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'self' data:";

/**
 * @param {{ seed?: import("smsc-wasm/testing").EmulatorSeed, allow?: "*" | string[] }} options
 */
export async function startPanel({ seed, allow = "*" } = {}) {
  const emulator = createEmulator(seed);
  const dist = join(process.cwd(), "dist");
  const proxy = async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const answer = await emulator.fetch(`https://smsc.example${request.url.replace("/smsc", "")}`, {
      method: request.method,
      headers: { "content-type": request.headers["content-type"], authorization: "x" },
      body: request.method === "POST" ? Buffer.concat(chunks) : undefined,
    });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    Readable.fromWeb(answer.body).pipe(response);
  };
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    if (pathname.startsWith("/smsc/")) return proxy(request, response);
    if (pathname === "/panel.json") return response.end(JSON.stringify({ allow }));
    try {
      const file = normalize(join(dist, pathname === "/" ? "index.html" : decodeURIComponent(pathname)));
      if (!file.startsWith(dist + sep)) throw new Error("outside of the panel");
      const body = await readFile(file);
      response.writeHead(200, { "Content-Type": TYPES[extname(file)], "Content-Security-Policy": POLICY }).end(body);
    } catch {
      response.writeHead(404).end();
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
