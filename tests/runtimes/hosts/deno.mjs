import { run } from "../lib/process.mjs";

export const deno = {
  name: "deno",
  title: "Deno",
  core: true,
  async run(bench) {
    const project = await bench.project(["deno", "proxy"]);
    const version = project.version("deno");
    const deno = (...args) => run(project.bin("deno"), args, { cwd: project.folder });
    await bench.check("run --allow-net", version, async () => {
      bench.same(await deno("run", "--allow-net", "main.ts", bench.service));
    });
    await bench.check("proxy", version, async () => {
      bench.sameOfProxy(await deno("run", "--allow-net", "proxy.mjs", bench.service));
    });
    await bench.check("types", version, () => deno("check", "main.ts"));
  },
};
