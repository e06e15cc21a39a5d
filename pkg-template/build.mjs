// Builds the npm package from the output of wasm-pack: node pkg-template/build.mjs <wasm-pack's output> <package>
//
//   dist/core.js         everything but the WebAssembly module: runtime, client, files, builders
//   dist/codes-en.js, .cjs  the English code tables, which index, edge, slim and codes import
//   dist/codes.js, .cjs  the code tables in all languages
//   dist/index.js, .cjs  core.js with the module inlined
//   dist/edge.js         core.js with the module as an import of smsc.wasm
//   dist/slim.js, .cjs   core.js without the module; slim-edge.js
//   dist/formats-core.js, .cjs   reads files and stored responses; its module is set by one of:
//   dist/formats.js, .cjs        it loads formats-bytes.js, .cjs on first use
//   dist/formats-static.js, .cjs it imports formats-bytes.js, and sets formats-core.js for the client too
//   dist/formats-edge.js         it imports formats.wasm
//   dist/reader.js, .cjs         formats-core.js and formats.js: what the client loads on first use
//   dist/shared.js, .cjs         how the client loads it, and other state that the two share
//   dist/testing.js, .cjs        the emulator
//   dist/cloudflare.js, redis.js, and .cjs  shared rate limits
//   dist/proxy.js, .cjs, proxy-edge.js       the proxy for pages; each imports the index of its kind
//   dist/message.schema.json     the fields of a message as a JSON Schema
//   dist/smsc.wasm, formats.wasm the modules
//   dist/*.d.ts, *.d.cts         the types, one file for each entry point
//   THIRD-PARTY-LICENSES         the licences of the crates in the modules
import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import { coreConstants } from "./core-constants.mjs";
import { writeDeclarations } from "./declarations.mjs";
import { documentErrorCodes } from "./error-codes.mjs";
import { thirdPartyLicenses } from "./licenses.mjs";
import { jsonSchema, messageConstructor, messageFields, schemaModule } from "./message-schema.mjs";
import { linkToRepository } from "./packed-links.mjs";
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
const errors = readFileSync(join(root, "src", "client", "error.rs"), "utf8");
// The generated types refer to types that are written in TypeScript.
for (const [module, file] of [
  ["smsc", "smsc.d.ts"],
  ["formats", "formats-module.d.ts"],
]) {
  const generated = readFileSync(join(wasmPack, module, `${module}.d.ts`), "utf8");
  writeFileSync(
    join(work, file),
    `import type { RateLimiter } from "./client/limiter.js";
import type { ClientOptions, Credentials } from "./client/options.js";
import type { PlatformAbortSignal, PlatformFetch, PlatformHeadersInit, PlatformURL } from "./client/platform.js";
import type { Logger, SenderDocument } from "./client/types.js";
import type {
  DeliveryError, FileStatus, MessageStatus, MessageType, OperatorKey, OperatorStatus, SenderStatus, TaskStatus,
} from "./codes/types.js";
import type { SmscError } from "./runtime/errors.js";
${documentErrorCodes(generated, errors)}`,
  );
}
writeFileSync(join(work, "builders", "row-constructors.ts"), rowConstructors);
writeFileSync(join(work, "core-constants.ts"), coreConstants(root));
const fields = messageFields(readFileSync(join(root, "src", "api", "message.rs"), "utf8"));
writeFileSync(join(work, "message-schema.ts"), schemaModule(fields));
writeFileSync(join(work, "builders", "message-fields.ts"), messageConstructor(fields));
writeFileSync(join(dist, "message.schema.json"), `${JSON.stringify(jsonSchema(fields), null, 2)}\n`);
for (const [module, glue, packed] of [
  ["smsc", "glue", "bytes.ts"],
  ["formats", "formats-glue", "formats-bytes.ts"],
]) {
  await writeGlue(module, glue);
  const base64 = compiled(module, "wasm.gz").toString("base64");
  writeFileSync(join(work, packed), `export const packed = ${JSON.stringify(base64)};\n`);
}
const stringModules = ["texts", "narrow"].map((name) => {
  const wasm = join(work, `${name}.wasm`);
  const features = ["--enable-gc", "--enable-reference-types", "--enable-simd"];
  execFileSync("wasm-as", [...features, join(template, `${name}.wat`), "-o", wasm]);
  return `export const ${name} = "${readFileSync(wasm, "base64")}";\n`;
});
writeFileSync(join(work, "texts-bytes.ts"), stringModules.join(""));

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
// Files of dist/ that others import: each has its own build.
const codesEnFile = externalFile("codes-en.js");
const sharedFiles = (extension) =>
  ["formats-loader.js", "pause.js"].map((name) => externalFile(name, `shared.${extension}`));
const formatsFiles = (extension) => [
  ...["formats", "formats-edge", "formats-bytes", "reader"].map((name) =>
    externalFile(`${name}.js`, `${name}.${extension}`),
  ),
  externalFile("formats/index.js", `formats-core.${extension}`),
  ...sharedFiles(extension),
];
const esm = await build({
  ...common,
  entryPoints: entries("index", "edge", "slim", "slim-edge"),
  plugins: [...common.plugins, codesEnFile, ...formatsFiles("js")],
  format: "esm",
  splitting: true,
  chunkNames: "core",
  metafile: true,
});
const chunks = Object.keys(esm.metafile.outputs).length;
if (chunks !== 5) throw new Error(`expected four entries and one shared chunk, got ${chunks} files`);
// The English code tables are a separate file, so that bundlers omit them if they are not used.
const codesEn = { ...common, entryPoints: { "codes-en": "codes/codes-en.ts" }, inject: [] };
await build({ ...codesEn, format: "esm" });
const codes = { ...common, entryPoints: entries("codes"), inject: [] };
const codesResult = await build({ ...codes, plugins: [codesEnFile], format: "esm", metafile: true });
// The readers of files and stored responses, and their module, so that a page loads them only on use.
const formatsEntries = ["formats", "formats-static", "reader"];
const formatsCore = (extension) => ({
  ...common,
  entryPoints: { "formats-core": "formats/index.ts" },
  plugins: sharedFiles(extension),
});
const shared = { ...common, entryPoints: { shared: "runtime/shared-with-formats.ts" }, inject: [] };
const formatsBytes = { ...common, entryPoints: ["formats-bytes.ts"], inject: [] };
for (const file of [formatsCore("js"), shared, formatsBytes]) await build({ ...file, format: "esm" });
for (const name of [...formatsEntries, "formats-edge"]) {
  const plugins = [...common.plugins, ...formatsFiles("js")];
  await build({ ...common, entryPoints: entries(name), inject: [], plugins, format: "esm" });
}
// For the platform "node", esbuild annotates the exported names, so that an `import` of the .cjs file finds them.
const cjs = { format: "cjs", platform: "node", outExtension: { ".js": ".cjs" } };
await build({ ...codesEn, ...cjs });
await build({ ...codes, ...cjs, plugins: [externalFile("codes-en.js", "codes-en.cjs")] });
for (const file of [formatsCore("cjs"), shared, formatsBytes]) await build({ ...file, ...cjs });
for (const name of ["index", "slim", ...formatsEntries]) {
  await build({
    ...common,
    ...cjs,
    entryPoints: entries(name),
    plugins: [externalFile("codes-en.js", "codes-en.cjs"), ...formatsFiles("cjs")],
    // An `import()` becomes a `require`, because Jest does not support `import()`.
    supported: { "dynamic-import": false },
  });
}
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
// Its errors are those of the client: one class.
const proxyTo = (index) => ({
  ...common,
  inject: [],
  plugins: [externalFile("entries/index.js", index), externalFile("errors.js", index)],
});
const proxyResult = await build({
  ...proxyTo("index.js"),
  entryPoints: entries("proxy"),
  format: "esm",
  metafile: true,
});
await build({ ...proxyTo("edge.js"), entryPoints: { "proxy-edge": "entries/proxy.ts" }, format: "esm" });
await build({ ...proxyTo("index.cjs"), ...cjs, entryPoints: entries("proxy") });
for (const module of ["smsc", "formats"]) writeFileSync(join(dist, `${module}.wasm`), compiled(module, "wasm"));

const exportsOf = ({ metafile }) =>
  Object.entries(metafile.outputs).map(([path, { exports }]) => [basename(path, ".js"), exports]);
const values = Object.fromEntries([esm, codesResult, testingResult, limitersResult, proxyResult].flatMap(exportsOf));
await writeDeclarations({ root, work, dist, values });

// The inlined module is one line: line breaks in it only add bytes.
for (const name of ["index.js", "index.cjs", "formats-bytes.js", "formats-bytes.cjs"]) {
  const file = join(dist, name);
  writeFileSync(file, readFileSync(file, "utf8").replaceAll("\\\n", ""));
}

// JSR and Deno read the types of a JavaScript module from this comment.
for (const name of ["index", "slim", "codes", "formats", "formats-static", "testing", "cloudflare", "redis", "proxy"]) {
  const file = join(dist, `${name}.js`);
  writeFileSync(file, `/* @ts-self-types="./${name}.d.ts" */\n${readFileSync(file, "utf8")}`);
}
const jsr = JSON.parse(readFileSync(join(template, "jsr.json"), "utf8"));
writeFileSync(join(out, "jsr.json"), `${JSON.stringify({ ...jsr, version }, null, 2)}\n`);

const manifest = JSON.parse(readFileSync(join(template, "package.json"), "utf8"));
writeFileSync(join(out, "package.json"), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
const licences = ["LICENSE-MIT", "LICENSE-APACHE"];
for (const name of licences) copyFileSync(join(root, name), join(out, name));
const repository = manifest.repository.url.replace(/^git\+|\.git$/g, "");
const pages = ["README.md", "CHANGELOG.md"];
for (const name of pages) {
  const page = readFileSync(join(root, name), "utf8");
  writeFileSync(join(out, name), linkToRepository(page, { root, repository, packed: [...pages, ...licences] }));
}
writeFileSync(join(out, "THIRD-PARTY-LICENSES"), thirdPartyLicenses(root));

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
