// Measures the size of the package: node tests/size/measure.mjs <package> <tarball> [--check]
//
// The budget applies to the download of a page that calls `history.list` once, bundled and minified by esbuild: through
// `smsc-wasm` (WebAssembly embedded, gzip) and through `smsc-wasm/slim` (script and .wasm, brotli). The limits are in
// budget.json; --check fails above them.
import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { firstLoad } from "./first-load.mjs";

const [pkg, tarball] = process.argv.slice(2, 4).map((path) => resolve(path));
const here = dirname(fileURLToPath(import.meta.url));
const budget = JSON.parse(readFileSync(join(here, "budget.json"), "utf8"));

const gzip = (bytes) => gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }).length;
const brotli = (bytes) =>
  brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  }).length;
const sizesOf = (name, bytes) => ({ name, raw: bytes.length, gzip: gzip(bytes), brotli: brotli(bytes) });

const page = (entry, load) =>
  firstLoad(
    `import { createClient, init } from "./dist/${entry}.js";
${load}
const smsc = await createClient({ baseUrl: "/smsc" });
console.log(await smsc.history.list());`,
    pkg,
  );

const dist = (name) => readFileSync(join(pkg, "dist", name));
const wasm = sizesOf("smsc.wasm", dist("smsc.wasm"));
const formats = sizesOf("formats.wasm", dist("formats.wasm"));
const full = sizesOf("a page with smsc-wasm", await page("index", ""));
const script = sizesOf("a page's script with smsc-wasm/slim", await page("slim", 'await init("/smsc.wasm");'));
const slim = {
  name: "a page with smsc-wasm/slim, .wasm included",
  raw: script.raw + wasm.raw,
  gzip: script.gzip + wasm.gzip,
  brotli: script.brotli + wasm.brotli,
};
const files = [
  "core.js",
  "codes-en.js",
  "codes.js",
  "formats-core.js",
  "formats-bytes.js",
  "index.js",
  "edge.js",
  "slim.js",
  "index.cjs",
  "slim.cjs",
  "testing.js",
  "testing.cjs",
  "index.d.ts",
];
const rows = [wasm, formats, ...files.map((name) => sizesOf(name, dist(name))), script, slim, full];

const columns = ["raw", "gzip", "brotli"];
const width = Math.max(...rows.map(({ name }) => name.length));
console.log(`${"".padEnd(width)}  ${columns.map((name) => name.padStart(9)).join("")}`);
for (const row of rows) {
  console.log(
    `${row.name.padEnd(width)}  ${columns.map((name) => row[name].toLocaleString("en").padStart(9)).join("")}`,
  );
}
const contents = JSON.parse(readFileSync(join(dirname(tarball), "contents.json"), "utf8"));
console.log(
  `\ntarball: ${statSync(tarball).size.toLocaleString("en")} bytes, ${[contents].flat()[0].files.length} files`,
);

let over = 0;
for (const [name, size, max] of [
  ["a page with smsc-wasm, gzip", full.gzip, budget.pageGzip],
  ["a page with smsc-wasm/slim, brotli", slim.brotli, budget.slimBrotli],
]) {
  const verdict = size <= max ? "within" : "OVER";
  over += size <= max ? 0 : 1;
  console.log(`${name}: ${size.toLocaleString("en")} of ${max.toLocaleString("en")} bytes, ${verdict} the budget`);
}
if (process.argv.includes("--check") && over > 0) process.exitCode = 1;
