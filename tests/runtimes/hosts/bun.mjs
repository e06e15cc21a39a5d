import { onceIn } from "../lib/bytes.mjs";
import { run } from "../lib/process.mjs";
import { servingFiles } from "../lib/serve.mjs";

export const bun = {
  name: "bun",
  title: "Bun",
  core: true,
  async run(bench) {
    const project = await bench.project(["page", "bun", "proxy"]);
    const version = project.version("bun");
    const bun = (...args) => run(project.bin("bun"), args, { cwd: project.folder });
    await bench.check("import", version, async () => bench.same(await bun("main.mjs", bench.service)));
    await bench.check("require", version, async () => bench.same(await bun("main.cjs", bench.service)));
    await bench.check("proxy", version, async () => bench.sameOfProxy(await bun("proxy.mjs", bench.service)));
    await bench.check("build --compile", version, async () => {
      await bun("build", "--compile", "main.mjs", "--outfile", "out/app");
      const app = project.path("out", process.platform === "win32" ? "app.exe" : "app");
      // Runs in another folder, so that the program does not resolve the project's node_modules.
      bench.same(await run(app, [bench.service], { cwd: project.path("out") }));
    });
    await bench.check("build for browsers, in Chromium", version, async () => {
      await bun("build", "./index.html", "--outdir", "dist");
      onceIn(project.path("dist"), bench.module(project));
      const address = `?service=${bench.service}`;
      await servingFiles(project.path("dist"), {}, async (url) => {
        bench.same(await bench.browsers.result(`${url}/${address}`));
      });
    });
  },
};
