import { nodeFor } from "../lib/nodes.mjs";
import { run } from "../lib/process.mjs";

export const vitest = {
  name: "vitest",
  title: "Vitest",
  async run(bench) {
    // Vitest requires a newer version of Node.js than the package.
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["vitest"]);
    for (const environment of ["node", "jsdom"]) {
      await bench.check(`environment ${environment}`, project.version("vitest"), () =>
        run(node, [project.script("vitest"), "run", `--environment=${environment}`], {
          cwd: project.folder,
          env: { SERVICE: bench.service },
        }),
      );
    }
  },
};

export const vitestWorkerd = {
  name: "vitest-workerd",
  title: "Vitest in workerd",
  async run(bench) {
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["vitest-workerd"]);
    const version = `${project.version("vitest")}, vitest-plugin ${project.version("@cloudflare/vitest-plugin")}`;
    await bench.check("@cloudflare/vitest-plugin", version, () =>
      run(node, [project.script("vitest"), "run"], { cwd: project.folder, env: { SERVICE: bench.service } }),
    );
  },
};
