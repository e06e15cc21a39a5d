import { dependencies, MAJORS, nodeOf } from "../lib/nodes.mjs";
import { run } from "../lib/process.mjs";

const VARIANTS = [
  ["import", ["main.mjs"]],
  ["require", ["main.cjs"]],
  ["require, no ES modules", ["--no-experimental-require-module", "main.cjs"]],
  ["no eval allowed", ["--disallow-code-generation-from-strings", "main.mjs"]],
  ["loading", ["loading.mjs"]],
  ["proxy", ["proxy.mjs"]],
  ["proxy, require", ["proxy.cjs"]],
];

export const node = {
  name: "node",
  title: "Node.js",
  core: true,
  async run(bench) {
    const project = await bench.project(["node", "proxy"], { dependencies });
    for (const major of MAJORS) {
      for (const [variant, args] of VARIANTS) {
        const version = async () => (await run(nodeOf(project, major), ["--version"], {})).trim().slice(1);
        await bench.check(variant, version, async () => {
          const output = await run(nodeOf(project, major), [...args, bench.service], { cwd: project.folder });
          if (variant.startsWith("proxy")) bench.sameOfProxy(output);
          else if (variant !== "loading") bench.same(output);
        });
      }
    }
  },
};
