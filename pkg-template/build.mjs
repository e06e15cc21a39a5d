// Makes the npm package of what wasm-pack made:
// node pkg-template/build.mjs <wasm-pack's output> <that with the types> <package>
//
//   dist/core.js    everything but the bytes: the JavaScript ends; dist/codes.js the code tables
//   dist/index.js   core.js with the bytes inside       dist/index.cjs  the same for `require`
//   dist/edge.js    core.js with the bytes as a module  dist/slim.js    core.js alone     dist/slim.cjs
//   dist/formats.js what reads saved replies, with dist/formats-bytes.js, which it loads when it is first asked to
//   dist/formats-edge.js the same with dist/formats.wasm as a module                dist/formats.cjs, formats-bytes.cjs
//   dist/testing.js the emulator                        dist/testing.cjs
//   dist/cloudflare.js, dist/redis.js, and .cjs         the limits of many machines
//   dist/smsc.wasm  the bytes                           dist/*.d.ts, *.d.cts  the types, one file an entry
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { makers } from "./unroll.mjs";

const template = dirname(fileURLToPath(import.meta.url));
const root = dirname(template);
const [wasmPack, wasmTypes, out] = process.argv.slice(2).map((path) => resolve(path));
if (!out) throw new Error("usage: node pkg-template/build.mjs <wasm-pack's output> <that with the types> <package>");
const work = join(root, "target", "package");
const dist = join(out, "dist");
for (const folder of [work, out]) rmSync(folder, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });

const version = /^version = "(.+)"$/m.exec(readFileSync(join(root, "Cargo.toml"), "utf8"))?.[1];
const compiled = (module, file) => readFileSync(join(wasmPack, module, `${module}_bg.${file}`));

// One folder with all sources, so that they find each other.
cpSync(join(template, "src"), work, { recursive: true });
cpSync(join(template, "testing"), join(work, "testing"), { recursive: true });
// A type of the JavaScript ends that the generated ones name.
const generated = readFileSync(join(wasmTypes, "smsc.d.ts"), "utf8");
writeFileSync(
  join(work, "smsc.d.ts"),
  `import type { SenderDocument } from "./senders.js";
${generated}`,
);
writeFileSync(join(work, "makers.ts"), makers);
for (const [module, file] of [
  ["smsc", "bytes.ts"],
  ["formats", "formats-bytes.ts"],
]) {
  const packed = compiled(module, "wasm.gz").toString("base64");
  writeFileSync(join(work, file), `export const packed = ${JSON.stringify(packed)};\n`);
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
  external: ["./smsc.wasm?module", "./formats.wasm?module"],
  inject: ["encoders.ts"],
  logLevel: "warning",
};
const esm = await build({
  ...common,
  entryPoints: ["index.ts", "edge.ts", "slim.ts"],
  external: [...common.external, "./codes.js", "./formats.js", "./formats-edge.js"],
  format: "esm",
  splitting: true,
  chunkNames: "core",
  metafile: true,
});
const chunks = Object.keys(esm.metafile.outputs).length;
if (chunks !== 4) throw new Error(`expected three entries and one shared chunk, got ${chunks} files`);
// The code tables are a file of their own, so that bundlers leave them out where nobody reads them.
await build({ ...common, entryPoints: ["codes.ts"], format: "esm", inject: [] });
// So is what reads saved replies; and its bytes are another, so that a page without a bundler does not load them either.
const bytes = "./formats-bytes.js";
await build({
  ...common,
  entryPoints: ["formats.ts", "formats-edge.ts"],
  external: [...common.external, bytes],
  format: "esm",
});
await build({ ...common, entryPoints: ["formats-bytes.ts"], format: "esm", inject: [] });
// With Node's platform esbuild writes down the names that are exported, so that an `import` of the .cjs finds them.
const cjs = { format: "cjs", platform: "node", outExtension: { ".js": ".cjs" } };
const apart = (name) => ({
  name,
  setup: ({ onResolve }) =>
    onResolve({ filter: new RegExp(`^\\./${name}\\.js$`) }, () => ({ path: `./${name}.cjs`, external: true })),
});
await build({ ...common, ...cjs, entryPoints: ["index.ts", "slim.ts"], plugins: [apart("formats")] });
await build({
  ...common,
  ...cjs,
  entryPoints: ["formats.ts"],
  plugins: [apart("formats-bytes")],
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
  plugins: [{ name: "lua", setup: ({ onLoad }) => onLoad({ filter: /\.lua$/ }, bare) }],
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
    include: ["*.ts", "limiters/*.ts"],
  }),
);
compile("-p", "tsconfig.build.json");
copyFileSync(join(work, "smsc.d.ts"), join(types, "smsc.d.ts"));
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
  ["index", "index.d.ts", esm],
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

/** A script for Redis, which goes over the wire with each question: without comments and space. */
function bare({ path }) {
  const lines = readFileSync(path, "utf8").split("\n");
  const code = lines.map((line) => line.trim()).filter((line) => line && !line.startsWith("--"));
  return { contents: code.join("\n"), loader: "text" };
}

function fail(warning) {
  throw new Error(warning.message);
}
