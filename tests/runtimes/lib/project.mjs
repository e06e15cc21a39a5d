/** A sample project below target/runtimes/: its files, its tools and the packed package. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./process.mjs";

const NPM = process.platform === "win32" ? "npm.cmd" : "npm";
const INSTALL = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];

export class Project {
  /**
   * @param {string} folder The path of the project.
   * @param {string} sources The folder that contains the files of all projects.
   */
  constructor(folder, sources) {
    this.folder = folder;
    this.sources = sources;
  }

  path(...parts) {
    return join(this.folder, ...parts);
  }

  /** The path of a program that the project's dependencies install. */
  bin(name) {
    return this.path("node_modules", ".bin", process.platform === "win32" ? `${name}.cmd` : name);
  }

  /** The path of a program's script, to run it with a chosen version of Node.js. */
  script(name, bin = name) {
    const { bin: bins } = this.manifest(name);
    return this.path("node_modules", name, typeof bins === "string" ? bins : bins[bin]);
  }

  manifest(name) {
    return JSON.parse(readFileSync(this.path("node_modules", name, "package.json"), "utf8"));
  }

  version(name) {
    return this.manifest(name).version;
  }

  /**
   * Copies the files of `layers` (folders of the sources, or paths of files) in order. Installs the tools if they have changed,
   * and the packed package if it has changed.
   */
  async prepare(layers, tarball, dependencies) {
    mkdirSync(this.folder, { recursive: true });
    for (const name of readdirSync(this.folder)) {
      if (name !== "node_modules") rmSync(this.path(name), { recursive: true, force: true });
    }
    for (const layer of layers) {
      if (layer.endsWith(".mjs")) cpSync(layer, this.path(layer.split(/[\\/]/).pop()));
      else cpSync(join(this.sources, layer), this.folder, { recursive: true });
    }
    const path = this.path("package.json");
    const manifest = { private: true, ...(existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {}) };
    manifest.dependencies = { ...manifest.dependencies, ...dependencies };
    // An example names the package, which is installed from the tarball below.
    delete manifest.dependencies["smsc-wasm"];
    writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);

    // Packages that do not work without their installation script.
    const { dependencies: required, installScripts = [] } = manifest;
    const tools = digest(JSON.stringify([process.platform, process.arch, required, installScripts]));
    if (this.#stamp("tools") !== tools) {
      rmSync(this.path("node_modules"), { recursive: true, force: true });
      await run(NPM, INSTALL, { cwd: this.folder, timeoutMs: 600_000 });
      if (installScripts.length > 0) {
        await run(NPM, ["rebuild", "--ignore-scripts=false", ...installScripts], {
          cwd: this.folder,
          timeoutMs: 600_000,
        });
      }
      this.#stamp("tools", tools);
    }
    const packed = digest(readFileSync(tarball));
    if (this.#stamp("package") !== packed) {
      rmSync(this.path("node_modules", "smsc-wasm"), { recursive: true, force: true });
      await run(NPM, [...INSTALL, "--no-save", "--prefer-offline", tarball], { cwd: this.folder, timeoutMs: 600_000 });
      // Tools cache files of the previous package.
      for (const cache of [".cache", ".vite"])
        rmSync(this.path("node_modules", cache), { recursive: true, force: true });
      this.#stamp("tools", tools);
      this.#stamp("package", packed);
    }
  }

  /** Reads or writes the digest of the last installation. It is in node_modules, so that it is deleted with it. */
  #stamp(name, value) {
    const path = this.path("node_modules", `.stamp-${name}`);
    if (value !== undefined) {
      mkdirSync(this.path("node_modules"), { recursive: true });
      writeFileSync(path, value);
    }
    return existsSync(path) ? readFileSync(path, "utf8") : undefined;
  }
}

const digest = (data) => createHash("sha256").update(data).digest("hex");
