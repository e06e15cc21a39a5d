/** Nitro without a framework: a server of Node.js, a Worker of Cloudflare and an edge function of Netlify. */
import { onceIn } from "../lib/bytes.mjs";
import { nodeFor } from "../lib/nodes.mjs";
import { freePort, run, serving } from "../lib/process.mjs";
import { textOf } from "../lib/text-of.mjs";

export const nitro = {
  name: "nitro",
  title: "Nitro",
  async run(bench) {
    const node = await nodeFor(bench, 22);
    await checkNitro(bench, node, ["nitro"], "nitropack", ["node_server"]);
    // Version 2 loads WebAssembly only with a setting.
    const edge = ["cloudflare_module", "netlify_edge"];
    await checkNitro(bench, node, ["nitro", "nitro-edge"], "nitropack", edge, ", with experimental.wasm");
    await checkNitro(bench, node, ["nitro-3"], "nitro", ["node_server", ...edge]);
  },
};

/** How the result of each preset is served: the program and its arguments. */
const SERVERS = {
  node_server: () => ({ args: [".output/server/index.mjs"] }),
  cloudflare_module: (project, port) => ({
    args: [project.script("wrangler"), "dev", "--ip=127.0.0.1", `--port=${port}`],
  }),
  netlify_edge: (project, port) => ({
    command: project.bin("deno"),
    args: ["run", "--allow-net", "--allow-env", "serve.mjs", port],
  }),
};

/** Builds the project of these layers with each preset by `tool`, and requests its route. */
async function checkNitro(bench, node, layers, tool, presets, setting = "") {
  const project = await bench.project([...layers, "nitro-deno"], { folder: tool });
  const cwd = project.folder;
  const version = project.version(tool);
  for (const preset of presets) {
    await bench.check(`${Number.parseInt(version, 10)}: ${preset}${setting}`, version, async () => {
      const env = { NITRO_PRESET: preset };
      await run(node, [project.script(tool, tool), "build"], { cwd, env });
      if (preset === "cloudflare_module") onceIn(project.path(".output", "server"), bench.module(project));
      const port = String(await freePort());
      const url = `http://127.0.0.1:${port}`;
      const { command = node, args } = SERVERS[preset](project, port);
      const options = { cwd, url, env: { NITRO_PORT: port, NITRO_HOST: "127.0.0.1" } };
      await serving(command, args, options, async () => {
        bench.same(JSON.parse(await textOf(`${url}/api?service=${encodeURIComponent(bench.service)}`)));
      });
    });
  }
}
