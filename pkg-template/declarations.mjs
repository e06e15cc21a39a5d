// Makes the type declarations of the package: one file for each entry point, and a copy for `require`.
import { execFileSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { acceptUndefined } from "./optional-properties.mjs";

/** The types of `smsc-wasm/formats`, which are also types of `smsc-wasm`. */
const STORED_RESPONSE_TYPES = [
  ...["Message", "MessageStatus", "DeliveryError", "MessageType", "Task", "TaskStatus", "ResponseFormat"],
  ...[
    "Sender",
    "SenderStatus",
    "SenderFile",
    "FileStatus",
    "OperatorKey",
    "OperatorStatus",
    "StoredSenders",
    "StoredMessage",
  ],
];
const STORED_RESPONSE_FUNCTIONS = ["decodeHistory", "decodeSenders", "decodeTasks"];

/**
 * @param {object} build
 * @param {string} build.root The folder of the repository.
 * @param {string} build.work The folder with all sources.
 * @param {string} build.dist The folder of the declarations.
 * @param {Record<string, string[]>} build.values The exported values of each entry point that has its own declarations.
 */
export async function writeDeclarations({ root, work, dist, values }) {
  const types = join(work, "types");
  compile(root, work, types);
  const write = (name, code) => {
    for (const extension of ["ts", "cts"]) {
      // A declaration file for `require` imports another one.
      const text = extension === "cts" ? code.replaceAll(/from (['"]\.\/\w+)\.js/g, "from $1.cjs") : code;
      writeFileSync(join(dist, `${name}.d.${extension}`), text);
    }
  };
  let index;
  for (const [name, input] of [
    ["index", "entries/index.d.ts"],
    ["codes", "entries/codes.d.ts"],
    ["testing", "testing/entry.d.ts"],
    ["cloudflare", "limiters/cloudflare.d.ts"],
    ["redis", "limiters/redis.d.ts"],
    ["proxy", "entries/proxy.d.ts"],
  ]) {
    // The types of codes have one declaration, which other entry points import. The proxy's options are those of the client.
    const shared = { index: ["codes"], proxy: ["codes", "index"] }[name] ?? (name === "codes" ? [] : ["codes"]);
    const plugins = [externalDeclarations(types, shared), dts()];
    const bundle = await rollup({ input: join(types, input), plugins, external: ["smsc-wasm"], onwarn: fail });
    const { output } = await bundle.generate({ format: "es", paths: { "smsc-wasm": "./index.js" } });
    write(name, tidy(output[0].code, values[name]));
    if (name === "index") index = output[0].exports;
  }
  // Entry points that export a part of index.
  const typeNames = index.filter((name) => !values.index.includes(name));
  const storedResponses = [STORED_RESPONSE_FUNCTIONS, typeNames.filter((name) => STORED_RESPONSE_TYPES.includes(name))];
  const parts = {
    slim: [values.index, typeNames],
    formats: storedResponses,
    "formats-static": storedResponses,
  };
  for (const [part, [functions, partTypes]] of Object.entries(parts)) {
    write(
      part,
      `export { ${functions.join(", ")} } from "./index.js";\nexport type { ${partTypes.join(", ")} } from "./index.js";\n`,
    );
  }
}

/** Compiles the sources, and the emulator, to declarations in the folder `types`. */
function compile(root, work, types) {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const run = (name, config) => {
    const project = `tsconfig.${name}.json`;
    writeFileSync(join(work, project), JSON.stringify({ extends: "./tsconfig.json", ...config }));
    execFileSync(process.execPath, [tsc, "-p", project], { cwd: work, stdio: ["ignore", process.stderr, "inherit"] });
  };
  copyFileSync(join(root, "pkg-template", "tsconfig.json"), join(work, "tsconfig.json"));
  run("build", { compilerOptions: { outDir: types, rootDir: "." }, include: ["*.ts", "*/*.ts"], exclude: ["testing"] });
  for (const name of ["smsc", "core", "formats-module"])
    copyFileSync(join(work, `${name}.d.ts`), join(types, `${name}.d.ts`));
  run("testing", {
    compilerOptions: {
      outDir: types,
      rootDir: ".",
      allowJs: true,
      checkJs: true,
      exactOptionalPropertyTypes: false,
      paths: { "smsc-wasm": ["./types/entries/index.d.ts"] },
    },
    include: ["testing/**/*.js", "testing/*.ts"],
  });
  // A script cannot export types without a second declaration of each, which the rollup would rename.
  writeFileSync(
    join(types, "testing", "entry.d.ts"),
    'export * from "./index.js";\nexport type * from "./types.js";\n',
  );
}

/** The sources whose declarations an entry point has. */
const SHARED = { codes: ["codes/types.d.ts"], index: ["entries/index.d.ts", "client/api.d.ts"] };

/** Resolves shared types to the entry points that declare them. */
function externalDeclarations(types, entries) {
  const external = new Map(
    entries.flatMap((entry) => SHARED[entry].map((path) => [join(types, path), `./${entry}.js`])),
  );
  return {
    name: "shared-declarations",
    resolveId(source, importer) {
      const id = importer && external.get(join(importer, "..", source.replace(/\.js$/, ".d.ts")));
      return id ? { id, external: true } : null;
    },
  };
}

function tidy(code, values) {
  const tidied = acceptUndefined(
    code
      // The rollup exports a class as a value even if only its type is exported.
      .replace(/^export \{ (.*) \};$/m, (_, names) => {
        const isValue = (name) => values.includes(name.split(" ").at(-1));
        return `export { ${names
          .split(", ")
          .map((name) => (isValue(name) ? name : `type ${name}`))
          .join(", ")} };`;
      })
      // Compilers before 5.7 do not support the type argument that newer ones add to `Uint8Array`.
      .replaceAll("Uint8Array<ArrayBufferLike>", "Uint8Array")
      // Type imports in comments refer to files that the package does not have.
      .replaceAll(/^\/\*\* @import .*\*\/\n/gm, "")
      .replaceAll(/(@\w+) \{import\("[^"]+"\)[^}]*\}/g, "$1"),
  );
  const renamed = /\w+\$\d+/.exec(tidied);
  if (renamed) throw new Error(`two types have the same name: ${renamed}`);
  return tidied;
}

function fail(warning) {
  throw new Error(warning.message);
}
