/** A browser extension (manifest version 3) without a bundler: its background, a service worker, and a page. */
import { cpSync } from "node:fs";

export const extension = {
  name: "extension",
  title: "Browser extension, in Chromium",
  async run(bench) {
    const project = await bench.project(["extension"]);
    // Chromium rejects an extension with a file whose name begins with an underscore or a folder of another package manager.
    const folder = project.path("extension");
    for (const file of ["manifest.json", "background.js", "popup.html", "popup.js", "smoke.mjs"]) {
      cpSync(project.path(file), `${folder}/${file}`);
    }
    cpSync(project.path("node_modules", "smsc-wasm"), `${folder}/node_modules/smsc-wasm`, { recursive: true });
    const version = () => bench.browsers.version("chrome");
    await bench.browsers.withExtension(folder, async (browser, id) => {
      await bench.check("background service worker", version, async () => {
        const worker = await browser.serviceWorker();
        bench.same(await worker.evaluate((service) => globalThis.runSmoke(service), bench.service));
      });
      await bench.check("page", version, async () => {
        const page = `chrome-extension://${id}/popup.html?service=${bench.service}`;
        bench.same(await browser.result(page));
      });
    });
  },
};
