// Builds the npm package from the output of wasm-pack: node pkg-template/build.mjs <wasm-pack's output> <package>
//
//   dist/core.js         everything but the WebAssembly module: runtime, client, files, builders
//   dist/codes.js        the code tables
//   dist/index.js, .cjs  core.js with the module inlined
//   dist/edge.js         core.js with the module as an import of smsc.wasm
//   dist/slim.js, .cjs   core.js without the module
//   dist/formats.js, .cjs        the decoder of stored responses; it loads formats-bytes.js, .cjs on first use
//   dist/formats-edge.js         the same with its module as an import of formats.wasm
//   dist/testing.js, .cjs        the emulator
//   dist/cloudflare.js, redis.js, and .cjs  shared rate limits
//   dist/smsc.wasm, formats.wasm the modules
//   dist/*.d.ts, *.d.cts         the types, one file for each entry point
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { rowConstructors } from "./row-constructors.mjs";

const template = dirname(fileURLToPath(import.meta.url));
const root = dirname(template);
const [wasmPack, out] = process.argv.slice(2).map((path) => resolve(path));
if (!out) throw new Error("usage: node pkg-template/build.mjs <wasm-pack's output> <package>");
const work = join(root, "target", "package");
const dist = join(out, "dist");
for (const folder of [work, out]) rmSync(folder, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const version = /^version = "(.+)"$/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1];
const compiled = (module, extension) => readFileSync(join(wasmPack, module, `${module}_bg.${extension}`));

// All sources are copied to one folder, so that relative imports resolve.
cpSync(join(template, "src"), work, { recursive: true });
cpSync(join(template, "testing"), join(work, "testing"), { recursive: true });
// The generated types refer to types that are written in TypeScript.
const generated = readFileSync(join(wasmPack, "smsc", "smsc.d.ts"), "utf8");
writeFileSync(
  join(work, "smsc.d.ts"),
  `import type { RateLimiter } from "./client/limiter.js";
import type { Credentials, Logger, SenderDocument } from "./client/types.js";
${generated}`,
);
writeFileSync(join(work, "builders", "row-constructors.ts"), rowConstructors);
for (const [module, glue, packed] of [
  ["smsc", "glue", "bytes.ts"],
  ["formats", "formats-glue", "formats-bytes.ts"],
]) {
  await writeGlue(module, glue);
  const base64 = compiled(module, "wasm.gz").toString("base64");
  writeFileSync(join(work, packed), `export const packed = ${JSON.stringify(base64)};\n`);
}
const texts = join(work, "texts.wasm");
execFileSync("wasm-as", ["--enable-gc", "--enable-reference-types", join(template, "texts.wat"), "-o", texts]);
writeFileSync(join(work, "texts-bytes.ts"), `export const texts = "${readFileSync(texts, "base64")}";\n`);

const common = {
  absWorkingDir: work,
  bundle: true,
  outdir: dist,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  // Comments are in the .d.ts. Names and line breaks stay, for stack traces.
  minifyWhitespace: true,
  lineLimit: 120,
  define: { __VERSION__: JSON.stringify(version) },
  // All files of dist/ are in one folder.
  plugins: [externalFile("smsc.wasm?module"), externalFile("formats.wasm?module")],
  inject: ["runtime/encoders.ts"],
  logLevel: "warning",
};
const esm = await build({
  ...common,
  entryPoints: entries("index", "edge", "slim"),
  plugins: [...common.plugins, externalFile("codes.js"), externalFile("formats.js"), externalFile("formats-edge.js")],
  format: "esm",
  splitting: true,
  chunkNames: "core",
  metafile: true,
});
const chunks = Object.keys(esm.metafile.outputs).length;
if (chunks !== 4) throw new Error(`expected three entries and one shared chunk, got ${chunks} files`);
// The code tables are a separate file, so that bundlers omit them if they are not used.
await build({ ...common, entryPoints: { codes: "client/codes.ts" }, format: "esm", inject: [] });
// The decoder of stored responses is a separate file too. Its module is another, so that a page without a bundler loads it only on use.
await build({
  ...common,
  entryPoints: entries("formats", "formats-edge"),
  plugins: [...common.plugins, externalFile("formats-bytes.js")],
  format: "esm",
});
await build({ ...common, entryPoints: ["formats-bytes.ts"], format: "esm", inject: [] });
// For the platform "node", esbuild annotates the exported names, so that an `import` of the .cjs file finds them.
const cjs = { format: "cjs", platform: "node", outExtension: { ".js": ".cjs" } };
await build({
  ...common,
  ...cjs,
  entryPoints: entries("index", "slim"),
  plugins: [externalFile("formats.js", "formats.cjs")],
});
await build({
  ...common,
  ...cjs,
  entryPoints: entries("formats"),
  plugins: [externalFile("formats-bytes.js", "formats-bytes.cjs")],
  // An `import()` becomes a `require`, because Jest does not support `import()`.
  supported: { "dynamic-import": false },
});
await build({ ...common, ...cjs, entryPoints: ["formats-bytes.ts"], inject: [] });
const testing = { ...common, entryPoints: { testing: "testing/index.js" } };
const testingResult = await build({ ...testing, format: "esm", metafile: true });
await build({ ...testing, ...cjs });
const limiters = {
  ...common,
  entryPoints: { cloudflare: "limiters/cloudflare.ts", redis: "limiters/redis.ts" },
  inject: [],
  plugins: [{ name: "lua", setup: ({ onLoad }) => onLoad({ filter: /\.lua$/ }, minifyLua) }],
};
const limitersResult = await build({ ...limiters, format: "esm", metafile: true });
await build({ ...limiters, ...cjs });
for (const module of ["smsc", "formats"]) writeFileSync(join(dist, `${module}.wasm`), compiled(module, "wasm"));

// Types: one file for each entry point, and a copy for `require`.
const types = join(work, "types");
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
const compile = (...options) =>
  execFileSync(process.execPath, [tsc, ...options], { cwd: work, stdio: ["ignore", process.stderr, "inherit"] });
copyFileSync(join(template, "tsconfig.json"), join(work, "tsconfig.json"));
writeFileSync(
  join(work, "tsconfig.build.json"),
  JSON.stringify({
    extends: "./tsconfig.json",
    compilerOptions: { outDir: types, rootDir: "." },
    include: ["*.ts", "*/*.ts"],
    exclude: ["testing"],
  }),
);
compile("-p", "tsconfig.build.json");
for (const name of ["smsc", "core"]) copyFileSync(join(work, `${name}.d.ts`), join(types, `${name}.d.ts`));
writeFileSync(
  join(work, "tsconfig.testing.json"),
  JSON.stringify({
    extends: "./tsconfig.json",
    compilerOptions: {
      outDir: join(types, "testing"),
      allowJs: true,
      checkJs: true,
      exactOptionalPropertyTypes: false,
      paths: { "smsc-wasm": ["./types/entries/index.d.ts"] },
    },
    include: ["testing/**/*.js", "testing/types.ts"],
  }),
);
compile("-p", "tsconfig.testing.json");
// A script cannot export types without a second declaration of each, which the rollup would rename.
writeFileSync(join(types, "testing", "entry.d.ts"), 'export * from "./index.js";\nexport type * from "./types.js";\n');
for (const [name, input, { metafile }] of [
  ["index", "entries/index.d.ts", esm],
  ["testing", "testing/entry.d.ts", testingResult],
  ["cloudflare", "limiters/cloudflare.d.ts", limitersResult],
  ["redis", "limiters/redis.d.ts", limitersResult],
]) {
  const values = Object.entries(metafile.outputs).find(([path]) => path.endsWith(`/${name}.js`))[1].exports;
  const bundle = await rollup({ input: join(types, input), plugins: [dts()], external: ["smsc-wasm"], onwarn: fail });
  const { output } = await bundle.generate({ format: "es", paths: { "smsc-wasm": "./index.js" } });
  const code = output[0].code
    // The rollup exports a class as a value even if only its type is exported.
    .replace(/^export \{ (.*) \};$/m, (_, names) => {
      const marked = names.split(", ").map((name) => (values.includes(name.split(" ").at(-1)) ? name : `type ${name}`));
      return `export { ${marked.join(", ")} };`;
    })
    // Compilers before 5.7 do not support the type argument that newer ones add to `Uint8Array`.
    .replaceAll("Uint8Array<ArrayBufferLike>", "Uint8Array")
    // Type imports in comments refer to files that the package does not have.
    .replaceAll(/^\/\*\* @import .*\*\/\n/gm, "")
    .replaceAll(/(@\w+) \{import\("[^"]+"\)[^}]*\}/g, "$1");
  writeFileSync(join(dist, `${name}.d.ts`), code);
  writeFileSync(join(dist, `${name}.d.cts`), code.replaceAll("'./index.js'", "'./index.cjs'"));
}
// Entry points that re-export a part of index, by the names that they export.
const [names, typeNames] = ["export", "export type"].map((keyword) =>
  new RegExp(`^${keyword} \\{ (.*) \\};$`, "m").exec(readFileSync(join(dist, "index.d.ts"), "utf8"))[1].split(", "),
);
const storedResponseFunctions = ["decodeHistory", "decodeSenders", "decodeTasks"];
const storedResponseTypes = [
  "Message",
  "OperatorKey",
  "ResponseFormat",
  "StoredSenders",
  "Sender",
  "SenderFile",
  "Task",
];
const parts = {
  slim: [names.filter((name) => !storedResponseFunctions.includes(name)), typeNames],
  formats: [storedResponseFunctions, typeNames.filter((name) => storedResponseTypes.includes(name))],
};
for (const [part, [values, types]] of Object.entries(parts)) {
  for (const [extension, index] of [
    ["ts", "index.js"],
    ["cts", "index.cjs"],
  ]) {
    const lines = [
      `export { ${values.join(", ")} } from "./${index}";`,
      `export type { ${types.join(", ")} } from "./${index}";`,
    ];
    writeFileSync(join(dist, `${part}.d.${extension}`), `${lines.join("\n")}\n`);
  }
}

// The inlined module is one line: line breaks in it only add bytes.
for (const name of ["index.js", "index.cjs", "formats-bytes.js", "formats-bytes.cjs"]) {
  const file = join(dist, name);
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("\\\n", ""));
}

// JSR and Deno read the types of a JavaScript module from this comment.
for (const name of ["index", "slim", "formats", "testing", "cloudflare", "redis"]) {
  const file = join(dist, `${name}.js`);
  writeFileSync(file, `/* @ts-self-types="./${name}.d.ts" */\n${readFileSync(file, "utf8")}`);
}
const jsr = JSON.parse(readFileSync(join(template, "jsr.json"), "utf8"));
writeFileSync(join(out, "jsr.json"), `${JSON.stringify({ ...jsr, version }, null, 2)}\n`);

const manifest = JSON.parse(readFileSync(join(template, "package.json"), "utf8"));
writeFileSync(join(out, "package.json"), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
for (const name of ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"])
  copyFileSync(join(root, name), join(out, name));

function entries(...names) {
  return Object.fromEntries(names.map((name) => [name, `entries/${name}.ts`]));
}

/** Marks a file as external: in dist/, it is in the same folder as the importing file. */
function externalFile(name, target = name) {
  const filter = new RegExp(`/${name.replaceAll(/[.?]/g, "\\$&")}$`);
  return { name, setup: ({ onResolve }) => onResolve({ filter }, () => ({ path: `./${target}`, external: true })) };
}

/** Wraps the script of wasm-bindgen in a function of its imports, so that each instance has a separate copy. */
async function writeGlue(module, file) {
  const script = compiled(module, "js").toString();
  const { code } = await transform(script, { format: "cjs", target: "es2022" });
  const name = file === "glue" ? "glue" : "formatsGlue";
  writeFileSync(
    join(work, `${file}.js`),
    `export function ${name}(host) {\nconst module = {};\nconst require = () => host;\n${code}\nreturn module.exports;\n}\n`,
  );
}

/** Removes comments and indentation from a Redis script, because each request includes it. */
function minifyLua({ path }) {
  const lines = readFileSync(path, "utf8").split("\n");
  const code = lines.map((line) => line.trim()).filter((line) => line && !line.startsWith("--"));
  return { contents: code.join("\n"), loader: "text" };
}

function fail(warning) {
  throw new Error(warning.message);
}
