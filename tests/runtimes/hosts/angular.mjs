import { checkFramework } from "../lib/framework.mjs";
import { nodeFor } from "../lib/nodes.mjs";
import { run } from "../lib/process.mjs";

export const angular = {
  name: "angular",
  title: "Angular",
  async run(bench) {
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["angular"]);
    const ng = project.script("@angular/cli", "ng");
    const version = project.version("@angular/core");
    await checkFramework(bench, {
      project,
      node,
      version,
      build: [ng, "build"],
      assets: ["dist", "app", "browser"],
      start: (port) => ({ args: ["dist/app/server/server.mjs"], env: { PORT: port } }),
      dev: (port) => ({ args: [ng, "serve", "--host=127.0.0.1", `--port=${port}`] }),
    });
    await bench.check("ng test, in jsdom", version, () =>
      run(node, [ng, "test", "--watch=false"], { cwd: project.folder, env: { SERVICE: bench.service } }),
    );
  },
};
