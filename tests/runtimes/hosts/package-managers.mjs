/** An application whose packages another package manager installs. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { nodeFor } from "../lib/nodes.mjs";
import { run } from "../lib/process.mjs";

/**
 * Creates an application in a folder of the package manager's project, with the packed package as its only dependency.
 *
 * @returns {string} The folder.
 */
function application(bench, project, manifest) {
  const folder = project.path("app");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const file of ["main.mjs", "main.cjs", "smoke.mjs"]) cpSync(project.path(file), `${folder}/${file}`);
  cpSync(bench.tarball, `${folder}/smsc-wasm.tgz`);
  const dependencies = { "smsc-wasm": "file:./smsc-wasm.tgz" };
  writeFileSync(`${folder}/package.json`, JSON.stringify({ name: "app", private: true, dependencies, ...manifest }));
  return folder;
}

const FILES = [
  ["import", "main.mjs"],
  ["require", "main.cjs"],
];

export const pnpm = {
  name: "pnpm",
  title: "pnpm",
  async run(bench) {
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["installed", "pnpm"]);
    const version = project.version("pnpm");
    const cwd = application(bench, project, {});
    // A store of its own, which the user's does not influence.
    const install = ["install", "--offline", "--ignore-workspace", `--store-dir=${project.path("store")}`];
    await bench.check("install", version, () => run(project.bin("pnpm"), install, { cwd }));
    for (const [variant, file] of FILES) {
      await bench.check(variant, version, async () => bench.same(await run(node, [file, bench.service], { cwd })));
    }
  },
};

export const yarn = {
  name: "yarn",
  title: "Yarn, Plug'n'Play",
  async run(bench) {
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["installed", "yarn"]);
    const version = project.version("@yarnpkg/cli-dist");
    const yarn = project.script("@yarnpkg/cli-dist", "yarn");
    const cwd = application(bench, project, { packageManager: `yarn@${version}` });
    // Settings of its own; with a lock file, no folder above counts as the project.
    const settings = ["nodeLinker: pnp", "enableGlobalCache: false", "enableNetwork: false", "enableTelemetry: false"];
    writeFileSync(`${cwd}/.yarnrc.yml`, `${settings.join("\n")}\n`);
    writeFileSync(`${cwd}/yarn.lock`, "");
    await bench.check("install", version, () => run(node, [yarn, "install", "--no-immutable"], { cwd }));
    for (const [variant, file] of FILES) {
      await bench.check(variant, version, async () => {
        bench.same(await run(node, [yarn, "node", file, bench.service], { cwd }));
      });
    }
  },
};
