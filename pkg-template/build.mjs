// Makes the npm package of what wasm-pack made: node pkg-template/build.mjs <wasm-pack's output> <package>
//
//   dist/core.js    everything but the bytes: runtime, client, files, builders; dist/codes.js the code tables
//   dist/index.js   core.js with the bytes inside       dist/index.cjs  the same for `require`
//   dist/edge.js    core.js with the bytes as a module  dist/slim.js    core.js alone     dist/slim.cjs
//   dist/formats.js decodes stored responses, with dist/formats-bytes.js, which it loads for the first of them
//   dist/formats-edge.js the same with dist/formats.wasm as a module                dist/formats.cjs, formats-bytes.cjs
//   dist/testing.js the emulator                        dist/testing.cjs
//   dist/cloudflare.js, dist/redis.js, and .cjs         shared rate limits
//   dist/smsc.wasm  the bytes                           dist/*.d.ts, *.d.cts  the types, one file an entry
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

// One folder with all sources, so that they find each other.
cpSync(join(template, "src"), work, { recursive: true });
cpSync(join(template, "testing"), join(work, "testing"), { recursive: true });
// The generated types name some that are written in TypeScript.
const generated = readFileSync(join(wasmPack, "smsc", "smsc.d.ts"), "utf8");
writeFileSync(
  join(work, "smsc.d.ts"),
  `import type { Limiter } from "./client/limiter.js";
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
  // Without comments and space, which are in the .d.ts; with names and lines, for traces.
  minifyWhitespace: true,
  lineLimit: 120,
  define: { __VERSION__: JSON.stringify(version) },
  // In dist/ all files are in one folder.
  plugins: [beside("smsc.wasm?module"), beside("formats.wasm?module")],
  inject: ["runtime/encoders.ts"],
  logLevel: "warning",
};
const esm = await build({
  ...common,
  entryPoints: entries("index", "edge", "slim"),
  plugins: [...common.plugins, beside("codes.js"), beside("formats.js"), beside("formats-edge.js")],
  format: "esm",
  splitting: true,
  chunkNames: "core",
  metafile: true,
});
const chunks = Object.keys(esm.metafile.outputs).length;
if (chunks !== 4) throw new Error(`expected three entries and one shared chunk, got ${chunks} files`);
// The code tables are a file of their own, so that bundlers leave them out where nobody reads them.
await build({ ...common, entryPoints: { codes: "client/codes.ts" }, format: "esm", inject: [] });
// So is what decodes stored responses; and its bytes are another, so that a page without a bundler does not load them either.
await build({
  ...common,
  entryPoints: entries("formats", "formats-edge"),
  plugins: [...common.plugins, beside("formats-bytes.js")],
  format: "esm",
});
await build({ ...common, entryPoints: ["formats-bytes.ts"], format: "esm", inject: [] });
// With Node's platform esbuild writes down the names that are exported, so that an `import` of the .cjs finds them.
const cjs = { format: "cjs", platform: "node", outExtension: { ".js": ".cjs" } };
await build({
  ...common,
  ...cjs,
  entryPoints: entries("index", "slim"),
  plugins: [beside("formats.js", "formats.cjs")],
});
await build({
  ...common,
  ...cjs,
  entryPoints: entries("formats"),
  plugins: [beside("formats-bytes.js", "formats-bytes.cjs")],
  // An `import()` becomes a `require`: Jest has no other.
  supported: { "dynamic-import": false },
});
await build({ ...common, ...cjs, entryPoints: ["formats-bytes.ts"], inject: [] });
const testing = { ...common, entryPoints: { testing: "testing/index.js" } };
const tester = await build({ ...testing, format: "esm", metafile: true });
await build({ ...testing, ...cjs });
const limiters = {
  ...common,
  entryPoints: { cloudflare: "limiters/cloudflare.ts", redis: "limiters/redis.ts" },
  inject: [],
  plugins: [{ name: "lua", setup: ({ onLoad }) => onLoad({ filter: /\.lua$/ }, minifyLua) }],
};
const limiting = await build({ ...limiters, format: "esm", metafile: true });
await build({ ...limiters, ...cjs });
for (const module of ["smsc", "formats"]) writeFileSync(join(dist, `${module}.wasm`), compiled(module, "wasm"));

// Types: one file an entry, and the same again for `require`.
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
    },
    include: ["testing/**/*.js"],
  }),
);
compile("-p", "tsconfig.testing.json");
for (const [name, input, { metafile }] of [
  ["index", "entries/index.d.ts", esm],
  ["testing", "testing/index.d.ts", tester],
  ["cloudflare", "limiters/cloudflare.d.ts", limiting],
  ["redis", "limiters/redis.d.ts", limiting],
]) {
  const values = Object.entries(metafile.outputs).find(([path]) => path.endsWith(`/${name}.js`))[1].exports;
  const bundle = await rollup({ input: join(types, input), plugins: [dts()], onwarn: fail });
  const { output } = await bundle.generate({ format: "es" });
  const code = output[0].code
    // The roll-up shows a class as a value even where only its type is exported.
    .replace(/^export \{ (.*) \};$/m, (_, names) => {
      const marked = names.split(", ").map((name) => (values.includes(name.split(" ").at(-1)) ? name : `type ${name}`));
      return `export { ${marked.join(", ")} };`;
    })
    // What newer compilers make of `Uint8Array`, and those before 5.7 do not know.
    .replaceAll("Uint8Array<ArrayBufferLike>", "Uint8Array")
    // What is left in comments of the sources' own imports of types.
    .replaceAll(/^\/\*\* @import .*\*\/\n/gm, "")
    .replaceAll(/(@\w+) \{import\("[^"]+"\)[^}]*\}/g, "$1");
  for (const extension of ["ts", "cts"]) writeFileSync(join(dist, `${name}.d.${extension}`), code);
}
// The entries that are a part of that one, by the names that they export.
const [names, typeNames] = ["export", "export type"].map((keyword) =>
  new RegExp(`^${keyword} \\{ (.*) \\};$`, "m").exec(readFileSync(join(dist, "index.d.ts"), "utf8"))[1].split(", "),
);
const saved = ["decodeHistory", "decodeSenders", "decodeTasks"];
const ofSaved = ["Message", "OperatorKey", "ReplyFormat", "SavedSenders", "Sender", "SenderFile", "Task"];
const parts = {
  slim: [names.filter((name) => !saved.includes(name)), typeNames],
  formats: [saved, typeNames.filter((name) => ofSaved.includes(name))],
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

// The packed module stays one line: breaks within it would only make it longer.
for (const name of ["index.js", "index.cjs", "formats-bytes.js", "formats-bytes.cjs"]) {
  const file = join(dist, name);
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("\\\n", ""));
}

// JSR and Deno look here for the types of a module that is JavaScript.
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

/** Leaves the import of a file that is beside the importing one in dist/, whatever folder it has here. */
function beside(name, target = name) {
  const filter = new RegExp(`/${name.replaceAll(/[.?]/g, "\\$&")}$`);
  return { name, setup: ({ onResolve }) => onResolve({ filter }, () => ({ path: `./${target}`, external: true })) };
}

/** wasm-bindgen's script as a function of what it imports, so that each instance has its own copy. */
async function writeGlue(module, file) {
  const script = compiled(module, "js").toString();
  const { code } = await transform(script, { format: "cjs", target: "es2022" });
  const name = file === "glue" ? "glue" : "formatsGlue";
  writeFileSync(
    join(work, `${file}.js`),
    `export function ${name}(host) {\nconst module = {};\nconst require = () => host;\n${code}\nreturn module.exports;\n}\n`,
  );
}

/** A script for Redis, which is sent with each question: without comments and space. */
function minifyLua({ path }) {
  const lines = readFileSync(path, "utf8").split("\n");
  const code = lines.map((line) => line.trim()).filter((line) => line && !line.startsWith("--"));
  return { contents: code.join("\n"), loader: "text" };
}

function fail(warning) {
  throw new Error(warning.message);
}
