/** A Vite plugin: the panel's account in development is the emulator, behind the same paths as on a server. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { createProxy, toNodeListener } from "smsc-wasm/proxy";
import { createEmulator } from "smsc-wasm/testing";
import type { Plugin } from "vite";

type Next = () => void;

function createMiddleware() {
  const emulator = createEmulator();
  const proxy = createProxy({
    ...emulator.clientOptions(),
    basePath: "/smsc",
    allow: "*",
    dangerouslyAllowAnyone: true,
  });
  const listener = toNodeListener(proxy);
  return (request: IncomingMessage, response: ServerResponse, next: Next) => {
    if (request.url === "/panel.json") {
      response.setHeader("content-type", "application/json").end(JSON.stringify({ allow: "*" }));
    } else if (request.url?.startsWith("/smsc/")) {
      void listener(request, response);
    } else {
      next();
    }
  };
}

export const demoAccount = (): Plugin => ({
  name: "demo-account",
  configureServer: ({ middlewares }) => void middlewares.use(createMiddleware()),
  configurePreviewServer: ({ middlewares }) => void middlewares.use(createMiddleware()),
});
