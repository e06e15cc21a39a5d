/** Serves the bundle that wrangler would upload, in workerd: serve.mjs <port> <compatibility date> */
import { readdirSync } from "node:fs";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";

const files = readdirSync("dist");
const options = {
  host: "127.0.0.1",
  port: Number(process.argv[2]),
  cf: false,
  compatibilityDate: process.argv[3],
  modulesRoot: "dist",
  modules: [
    { type: "ESModule", path: "dist/worker.js" },
    ...files.filter((name) => name.endsWith(".wasm")).map((name) => ({ type: "CompiledWasm", path: `dist/${name}` })),
  ],
};
new Miniflare(convertV4MiniflareOptions(options));
