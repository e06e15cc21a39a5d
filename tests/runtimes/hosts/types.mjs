/** Compiles code with strict settings, in several versions of TypeScript and modes of module resolution. */
import { copyFileSync, writeFileSync } from "node:fs";
import { run } from "../lib/process.mjs";

const COMPILERS = ["5.4", "5.9", "7.0"];
const DOM = { lib: ["es2022", "dom"], types: [] };

/** The name of the variant, the file and the compiler options. */
const VARIANTS = [
  ["nodenext", "use.ts", { module: "nodenext", ...DOM }],
  ["bundler", "use.ts", { module: "esnext", moduleResolution: "bundler", ...DOM }],
  ["node16, CommonJS", "use.cts", { module: "node16", ...DOM }],
  [
    "Workers, without dom",
    "worker.ts",
    { module: "esnext", moduleResolution: "bundler", lib: ["es2022"], types: ["@cloudflare/workers-types"] },
  ],
];

export const types = {
  name: "types",
  title: "TypeScript",
  core: true,
  async run(bench) {
    const project = await bench.project(["types"]);
    copyFileSync(project.path("use.ts"), project.path("use.cts"));
    for (const compiler of COMPILERS) {
      const name = `typescript-${compiler}`;
      for (const [index, [variant, file, options]] of VARIANTS.entries()) {
        await bench.check(variant, project.version(name), async () => {
          const config = {
            compilerOptions: {
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
            },
            files: [file],
          };
          const tsconfig = `tsconfig.${compiler}.${index}.json`;
          writeFileSync(project.path(tsconfig), JSON.stringify(config));
          const tsc = [project.script(name, "tsc"), "--pretty", "false", "-p", tsconfig];
          await run(process.execPath, tsc, { cwd: project.folder });
        });
      }
    }
  },
};
