/** A single executable application of Node.js: one script, injected into a copy of the binary. */
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { nodeFor } from "../lib/nodes.mjs";
import { run } from "../lib/process.mjs";

const FUSE = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

export const sea = {
  name: "sea",
  title: "Node.js, single executable",
  async run(bench) {
    const node = await nodeFor(bench, 24);
    const project = await bench.project(["page", "sea"]);
    const cwd = project.folder;
    const version = async () => (await run(node, ["--version"], {})).trim().slice(1);
    await bench.check("bundled by esbuild", version, async () => {
      const bundle = ["server.mjs", "--bundle", "--platform=node", "--format=cjs", "--outfile=main.cjs"];
      await run(project.bin("esbuild"), bundle, { cwd });
      const config = { main: "main.cjs", output: "app.blob", disableExperimentalSEAWarning: true };
      writeFileSync(project.path("sea.json"), JSON.stringify(config));
      await run(node, ["--experimental-sea-config", "sea.json"], { cwd });
      // In another folder, so that the program does not resolve the project's node_modules.
      mkdirSync(project.path("out"));
      const app = project.path("out", process.platform === "win32" ? "app.exe" : "app");
      copyFileSync(node, app);
      chmodSync(app, 0o755);
      const macho = process.platform === "darwin" ? ["--macho-segment-name=NODE_SEA"] : [];
      if (macho.length > 0) await run("codesign", ["--remove-signature", app], { cwd });
      await run(project.bin("postject"), [app, "NODE_SEA_BLOB", "app.blob", `--sentinel-fuse=${FUSE}`, ...macho], {
        cwd,
      });
      if (macho.length > 0) await run("codesign", ["--sign", "-", app], { cwd });
      bench.same(await run(app, [bench.service], { cwd: project.path("out") }));
    });
  },
};
