/** Builds the same page with each bundler, and runs the build and the dev server in Chromium. */
import { copyFileSync } from "node:fs";
import { onceIn } from "../lib/bytes.mjs";
import { freePort, run, serving } from "../lib/process.mjs";
import { servingFiles } from "../lib/serve.mjs";

// By default, Parcel takes the whole repository for the project, and writes its cache there.
const PARCEL_CACHE = "--cache-dir=node_modules/.cache/parcel";

/**
 * @typedef {object} Bundler
 * @property {string} name
 * @property {string} title
 * @property {boolean} [core]
 * @property {string} tool The npm package of the bundler.
 * @property {string[]} build The command line of the build, which writes to dist/.
 * @property {boolean} [ownPage] Whether the bundler processes index.html. Otherwise it is copied next to the script.
 * @property {(port: string) => string[]} [dev] The command line of the dev server.
 * @property {(bench: any, project: any, command: any) => Promise<void>} [more]
 */

/** @type {Bundler[]} */
const BUNDLERS = [
  {
    name: "vite",
    title: "Vite 8",
    core: true,
    tool: "vite",
    build: ["vite", "build"],
    ownPage: true,
    dev: (port) => ["vite", "--host=127.0.0.1", `--port=${port}`, "--strictPort"],
    more: viteServer,
  },
  {
    name: "vite-7",
    title: "Vite 7",
    tool: "vite",
    build: ["vite", "build"],
    ownPage: true,
    dev: (port) => ["vite", "--host=127.0.0.1", `--port=${port}`, "--strictPort"],
    more: viteServer,
  },
  {
    name: "webpack",
    title: "webpack",
    core: true,
    tool: "webpack",
    build: ["webpack", "./main.js", "--mode=production", "-o", "dist"],
    dev: (port) => [
      ...["webpack", "serve", "./main.js", "--mode=development", "--static=.", "--host=127.0.0.1", `--port=${port}`],
    ],
    more: forNode("webpack", (out) => ["webpack", "./server.mjs", "--mode=production", "--target=node20", "-o", out]),
  },
  {
    name: "esbuild",
    title: "esbuild",
    core: true,
    tool: "esbuild",
    build: ["esbuild", "main.js", "--bundle", "--minify", "--format=esm", "--outdir=dist"],
    dev: (port) => [
      "esbuild",
      "main.js",
      "--bundle",
      "--outdir=.",
      "--allow-overwrite",
      "--servedir=.",
      `--serve=127.0.0.1:${port}`,
    ],
    more: forNode("esbuild", (out) => [
      "esbuild",
      "server.mjs",
      "--bundle",
      "--platform=node",
      `--outfile=${out}/main.js`,
    ]),
  },
  {
    name: "rollup",
    title: "Rollup",
    tool: "rollup",
    build: ["rollup", "main.js", "--plugin=node-resolve", "--format=es", "--dir=dist"],
  },
  {
    name: "rspack",
    title: "Rspack",
    tool: "@rspack/core",
    build: ["rspack", "build", "--entry=./main.js", "--mode=production", "--output-path=dist"],
    dev: (port) => ["rspack", "serve", "--entry=./main.js", "--mode=development", "--host=127.0.0.1", `--port=${port}`],
  },
  {
    name: "parcel",
    title: "Parcel",
    tool: "parcel",
    build: ["parcel", "build", "index.html", "--dist-dir=dist", "--no-cache", PARCEL_CACHE],
    ownPage: true,
    dev: (port) => [
      "parcel",
      "serve",
      "index.html",
      "--dist-dir=dev",
      `--port=${port}`,
      "--no-cache",
      "--no-hmr",
      PARCEL_CACHE,
    ],
  },
];

/** Builds an application for Node.js as one file, and runs it without node_modules. */
function forNode(name, build) {
  return (bench, project, command) =>
    bench.check("build for Node.js", project.version(name), async () => {
      await command(build("server"));
      onceIn(project.path("server"), bench.module(project));
      const output = await run(process.execPath, ["main.js", bench.service], { cwd: project.path("server") });
      bench.same(output);
    });
}

/** Vite's build for a server, with the package bundled. */
async function viteServer(bench, project, command) {
  await bench.check("build for a server", project.version("vite"), async () => {
    await command(["vite", "build", "--ssr=server.mjs", "--outDir=server", "--config=server.config.mjs"]);
    onceIn(project.path("server"), bench.module(project));
    const output = await run(process.execPath, ["server.js", bench.service], { cwd: project.path("server") });
    bench.same(output);
  });
}

const host = ({ name, title, core, tool, build, ownPage, dev, more }) => ({
  name,
  title,
  core,
  async run(bench) {
    const project = await bench.project(["page", name]);
    const version = project.version(tool);
    const command = ([program, ...args]) => run(project.bin(program), args, { cwd: project.folder });
    const works = async (url) => bench.same(await bench.browsers.result(`${url}/?service=${bench.service}`));

    await bench.check("build, in Chromium", version, async () => {
      await command(build);
      if (!ownPage) copyFileSync(project.path("index.html"), project.path("dist", "index.html"));
      onceIn(project.path("dist"), bench.module(project));
      await servingFiles(project.path("dist"), {}, works);
    });
    if (dev) {
      await bench.check("dev server, in Chromium", version, async () => {
        const port = String(await freePort());
        const [program, ...args] = dev(port);
        const options = { cwd: project.folder, url: `http://127.0.0.1:${port}` };
        await serving(project.bin(program), args, options, works);
      });
    }
    await more?.(bench, project, command);
  },
});

export const bundlerHosts = BUNDLERS.map(host);
