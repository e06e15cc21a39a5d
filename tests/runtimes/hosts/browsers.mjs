import { servingFiles } from "../lib/serve.mjs";
import { checkProxy } from "./browser-proxy.mjs";

// A strict policy: only scripts of the site, and WebAssembly.
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src http://127.0.0.1:*";

const VARIANTS = [
  ["plain page", "page.html", {}],
  ["module worker", "worker.html", {}],
  ["shared worker", "shared-worker.html", {}],
  ["service worker", "service-worker.html", {}],
  ["page with script-src 'wasm-unsafe-eval'", "strict.html", { "Content-Security-Policy": POLICY }],
  ["worker with script-src 'wasm-unsafe-eval'", "worker.html", { "Content-Security-Policy": POLICY }],
];

const host = (kind, title, core) => ({
  name: title.toLowerCase(),
  title,
  core,
  async run(bench) {
    const project = await bench.project(["browser"], { folder: "browser" });
    for (const [variant, page, headers] of VARIANTS) {
      await bench.check(
        variant,
        () => bench.browsers.version(kind),
        () =>
          servingFiles(project.folder, headers, async (url) => {
            bench.same(await bench.browsers.result(`${url}/${page}?service=${bench.service}`, kind));
          }),
      );
    }
    for (const [variant, isCrossOrigin] of [
      ["through smsc-wasm/proxy", false],
      ["through smsc-wasm/proxy of another origin", true],
    ]) {
      const version = () => bench.browsers.version(kind);
      await bench.check(variant, version, () => checkProxy(bench, project, kind, isCrossOrigin));
    }
  },
});

export const browserHosts = [
  host("chrome", "Chromium", true),
  host("firefox", "Firefox", true),
  host("webkit", "WebKitGTK", false),
];
