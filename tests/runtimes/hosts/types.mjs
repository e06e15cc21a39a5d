/**
 * Compiles code with strict settings, in several versions of TypeScript, modes of module resolution and types of the platform; and
 * the blocks of README.md with the settings of a new project.
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { programOf, snippetsOf } from "../../docs/snippets.mjs";
import { run } from "../lib/process.mjs";

const COMPILERS = ["5.3", "5.6", "5.9", "6.0", "7.0"];
const CORE_COMPILERS = ["5.3", "5.9", "7.0"];
/** Versions of `@types/node`. */
const NODE_TYPES = ["20.19.43", "22.20.7", "24.19.4", "26.6.7"];
/** Those whose `tsc --init` compiles README.md. */
const INIT_COMPILERS = ["5.9", "7.0"];
/** Without `--all`, only this compiler compiles everything, with the types of one version of Node.js. */
const [FULL_COMPILER, CORE_NODE_TYPES] = ["5.9", "24.19.4"];

const DOM = { lib: ["es2022", "dom"], types: [] };
const BUNDLER = { module: "esnext", moduleResolution: "bundler" };

/** The options for the module resolution of Node.js 10, which TypeScript 6 deprecates and version 7 does not have. */
const node10 = (compiler) => ({
  module: "commonjs",
  moduleResolution: "node10",
  esModuleInterop: true,
  ...(compiler === "6.0" && { ignoreDeprecations: "6.0" }),
  ...DOM,
});

/** The name of the variant, the file and the compiler options. */
const variants = [
  ["nodenext", "use.ts", { module: "nodenext", ...DOM }],
  ["bundler", "use.ts", { ...BUNDLER, ...DOM }],
  ["node16, CommonJS", "use.cts", { module: "node16", ...DOM }],
  ["Workers, without dom", "worker.ts", { ...BUNDLER, lib: ["es2022"], types: ["@cloudflare/workers-types"] }],
];
const moreVariants = (compiler) => [
  ...(compiler === "7.0" ? [] : [["node10", "use.ts", node10(compiler)]]),
  ["no types of a platform", "bare.ts", { ...BUNDLER, lib: ["es2022"], types: [] }],
];
const README = fileURLToPath(new URL("../../../README.md", import.meta.url));
const NODE_OPTIONS = { module: "nodenext", lib: ["es2022"], types: ["node"] };

export const types = {
  name: "types",
  title: "TypeScript",
  core: true,
  async run(bench) {
    const project = await bench.project(["types"]);
    copyFileSync(project.path("use.ts"), project.path("use.cts"));
    const compilers = bench.all ? COMPILERS : CORE_COMPILERS;
    const check = (compiler, variant, folder, file, options) => {
      const name = `typescript-${compiler}`;
      return bench.check(variant, project.version(name), () =>
        compile(folder, project.script(name, "tsc"), `${compiler}.${variant.replaceAll(/\W+/g, "-")}`, file, options),
      );
    };
    for (const compiler of compilers) {
      const isFull = bench.all || compiler === FULL_COMPILER;
      for (const [variant, file, options] of [...variants, ...(isFull ? moreVariants(compiler) : [])]) {
        await check(compiler, variant, project, file, options);
      }
    }
    // A project of Node.js, without the types of browsers.
    for (const version of bench.all ? NODE_TYPES : [CORE_NODE_TYPES]) {
      const [major] = version.split(".");
      const dependencies = { "@types/node": version };
      const folder = await bench.project(["types-node"], { folder: `types-node-${major}`, dependencies });
      copyFileSync(project.path("use.ts"), folder.path("use.ts"));
      for (const compiler of bench.all ? COMPILERS : [FULL_COMPILER]) {
        // The types of Node.js 26 need TypeScript 5.6 themselves.
        if (major === "26" && compiler === "5.3") continue;
        await check(compiler, `@types/node ${major}, without dom`, folder, "use.ts", NODE_OPTIONS);
      }
      if (version !== CORE_NODE_TYPES) continue;
      for (const compiler of INIT_COMPILERS) {
        const name = `typescript-${compiler}`;
        const tsc = project.script(name, "tsc");
        await bench.check("README, tsc --init", project.version(name), () => compileReadme(folder.path(name), tsc));
      }
    }
  },
};

async function compile(folder, tsc, name, file, options) {
  const compilerOptions = {
    target: "es2022",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noPropertyAccessFromIndexSignature: true,
    noImplicitOverride: true,
    noUnusedLocals: true,
    isolatedModules: true,
    skipLibCheck: false,
    noEmit: true,
    ...options,
  };
  const tsconfig = `tsconfig.${name}.json`;
  writeFileSync(folder.path(tsconfig), JSON.stringify({ compilerOptions, files: [file] }));
  await run(process.execPath, [tsc, "--pretty", "false", "-p", tsconfig], { cwd: folder.folder });
}

/** Compiles the blocks of README.md in a new folder, with the options that `tsc --init` writes and the types of Node.js. */
async function compileReadme(folder, tsc) {
  mkdirSync(join(folder, "blocks"), { recursive: true });
  await run(process.execPath, [tsc, "--init"], { cwd: folder });
  // Some blocks run in the emulated page, or with the emulated account, of the suite `docs`.
  writeFileSync(join(folder, "browser-page.mjs"), "");
  const emulator = 'export const emulator: ReturnType<typeof import("smsc-wasm/testing").createEmulator>;\n';
  writeFileSync(join(folder, "environment.d.mts"), emulator);
  for (const snippet of snippetsOf({ path: "README.md", text: readFileSync(README, "utf8") })) {
    writeFileSync(join(folder, "blocks", `line-${snippet.line}.ts`), programOf(snippet).program);
  }
  await run(process.execPath, [tsc, "--pretty", "false", "-p", ".", "--noEmit", "--types", "node"], { cwd: folder });
}
