/** Serves the admin panel and the proxy for one account, on this machine only. */
import { createServer } from "node:http";
import { createProxy, toNodeListener } from "smsc-wasm/proxy";
import { readPanelFile } from "./files.mjs";
import { createSession } from "./session.mjs";
import { readSettings } from "./settings.mjs";

function createListener({ account, changes, panel }, session) {
  const proxy = createProxy({
    ...account,
    basePath: "/smsc",
    allow: ["read", ...changes],
    authorize: ({ headers }) => session.isOpen(headers.get("cookie"), headers.get("host")),
    // Without `info` and `debug`, which report each request.
    logger: { warn: console.error, error: console.error },
  });
  const forward = toNodeListener(proxy);
  return async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const opened = session.open(request);
    if (opened) return response.writeHead(303, opened).end();
    if (pathname.startsWith("/smsc/")) return forward(request, response);
    const { cookie, host } = request.headers;
    if (!session.isOpen(cookie, host))
      return response.writeHead(403).end("Open the address that the server printed.\n");
    if (pathname === "/panel.json") return sendJson(response, { allow: changes.includes("*") ? "*" : changes });
    const file = await readPanelFile(panel, pathname);
    return file ? response.writeHead(200, file.headers).end(file.body) : response.writeHead(404).end();
  };
}

const sendJson = (response, value) =>
  response
    .writeHead(200, { "content-type": "application/json", "cache-control": "no-store" })
    .end(JSON.stringify(value));

async function start() {
  const settings = readSettings(process.argv.slice(2), process.env);
  if (!(await readPanelFile(settings.panel, "/"))) {
    throw new Error(
      `${settings.panel} has no index.html: build the panel first, with \`npm run build\` in admin-panel`,
    );
  }
  const session = createSession();
  const listener = createListener(settings, session);
  const server = createServer((request, response) => {
    listener(request, response).catch(() => response.writeHead(400).end());
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject).listen(settings.port, "127.0.0.1", resolve);
  });
  const permitted = settings.changes.length > 0 ? `may use ${settings.changes.join(", ")}` : "only reads";
  const address = session.addressAt(server.address().port);
  console.log(`The panel ${permitted}. Account: ${settings.description}\n\n  ${address}\n\nCtrl-C ends it.`);
  process.once("SIGINT", () => process.exit());
}

try {
  await start();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
