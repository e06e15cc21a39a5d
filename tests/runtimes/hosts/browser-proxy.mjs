/** The client of a page through `smsc-wasm/proxy`: from its own origin, and from another one. */
import { once } from "node:events";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { servingFiles } from "../lib/serve.mjs";
import { account, HANGING_LIMIT } from "../smoke.mjs";

const EXPECTED = {
  intIds: ["9007199254740995", "9007199254740994"],
  file: ["november.csv", account.tasks[0].content.length],
  added: true,
  refused: "unauthorized 403",
  anonymous: "unauthorized 401",
  aborted: "aborted",
};

/** Opens the page in a browser. The proxy accepts a header that a form of another site cannot send. */
export async function checkProxy(bench, project, kind, isCrossOrigin) {
  const load = (file) => import(pathToFileURL(project.path("node_modules", "smsc-wasm", "dist", file)).href);
  const [{ createProxy, toNodeListener }, { createEmulator }] = await Promise.all([
    load("proxy.js"),
    load("testing.js"),
  ]);
  const { cors, ...seed } = account;
  const emulator = createEmulator(seed);
  let isReleased = false;
  emulator.faults.push({
    kind: "hang",
    when: ({ parameters }) => Number(parameters.cnt) === HANGING_LIMIT,
  });
  const listener = (origins) =>
    toNodeListener(
      createProxy({
        ...emulator.clientOptions(),
        allow: ["read", "senders.add"],
        origins,
        authorize: ({ headers, signal }) => {
          signal.addEventListener("abort", () => {
            isReleased = true;
          });
          return headers.get("x-session") === "open";
        },
      }),
    );
  const visit = async (url, proxy) => {
    const address = `${url}/proxy.html?proxy=${encodeURIComponent(proxy)}`;
    bench.same(await bench.browsers.result(address, kind), EXPECTED);
    for (let turn = 0; !isReleased; turn++) {
      if (turn > 100) throw new Error("the abort of the page did not reach the proxy");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const { apikey } = emulator.requests.at(-1).parameters;
    if (emulator.requests.some(({ parameters }) => parameters.apikey !== apikey)) throw new Error("other credentials");
  };
  if (!isCrossOrigin) return servingFiles(project.folder, {}, (url) => visit(url, "/smsc"), { "/smsc/": listener([]) });
  return servingFiles(project.folder, {}, async (url) => {
    const server = createServer(listener([url])).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      await visit(url, `http://127.0.0.1:${server.address().port}/smsc`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}
