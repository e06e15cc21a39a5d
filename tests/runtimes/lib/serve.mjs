/** A static web server. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/**
 * Serves a folder on a free local port for the duration of `use`, which gets the URL. Each of `routes` is a listener for the
 * paths that begin with its name.
 */
export async function servingFiles(folder, headers, use, routes = {}) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://127.0.0.1");
    const route = Object.keys(routes).find((prefix) => pathname.startsWith(prefix));
    if (route) return routes[route](request, response);
    try {
      const file = normalize(
        join(folder, decodeURIComponent(pathname.endsWith("/") ? `${pathname}index.html` : pathname)),
      );
      if (!file.startsWith(folder + sep)) throw new Error("outside of the folder");
      const body = await readFile(file);
      response.writeHead(200, { ...headers, "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" });
      response.end(body);
    } catch {
      response.writeHead(404, headers).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
