// Task files side by side with what a user would take instead: run.mjs <tarball> <folder> [--quick]
//
// Rows as plain objects, one by one, from generated files of 50 and 500 MB in that folder. Who reads takes turns; a figure is
// the median of the rounds' ratios, with the smallest and the largest. Writes the tables of docs/csv.md.
import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Browsers } from "../../tests/runtimes/lib/browser.mjs";
import { dependencies, nodeOf } from "../../tests/runtimes/lib/nodes.mjs";
import { run } from "../../tests/runtimes/lib/process.mjs";
import { Project } from "../../tests/runtimes/lib/project.mjs";
import { servingFiles } from "../../tests/runtimes/lib/serve.mjs";
import { encode, header, makeRows } from "./rows.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const [tarball, folder] = process.argv.slice(2);
const quick = process.argv.includes("--quick");
const ENCODINGS = ["utf-8", "windows-1251"];

const project = new Project(folder, dirname(here));
await project.prepare(["csv"], tarball, dependencies);

function file(megabytes, encoding) {
  const path = join(folder, "..", `rows-${megabytes}-${encoding}.csv`);
  const most = megabytes * 1e6;
  if (existsSync(path) && statSync(path).size >= most) return path;
  const block = encode(makeRows(4_000_000), encoding);
  const handle = openSync(path, "w");
  let size = writeSync(handle, encode(header, encoding));
  while (size < most) size += writeSync(handle, block);
  closeSync(handle);
  return path;
}

const runtimes = [];
for (const major of [20, 24]) {
  try {
    runtimes.push([`Node.js ${major}`, nodeOf(project, major), []]);
  } catch (error) {
    console.error(error.message);
  }
}
runtimes.push(["Deno", project.bin("deno"), ["run", "--allow-all"]], ["Bun", project.bin("bun"), []]);

async function read([name, program, options], path, encoding, rounds, contenders) {
  const args = [...options, "read.mjs", path, encoding, String(rounds), ...contenders];
  const result = JSON.parse(await run(program, args, { cwd: folder, timeoutMs: 3_600_000 }));
  same(name, result.found);
  return result;
}

function same(where, found) {
  const { nobody: _, ...others } = found;
  if (new Set(Object.values(others)).size > 1) throw new Error(`${where}: they differ: ${JSON.stringify(others)}`);
}

const sorted = (list) => [...list].sort((a, b) => a - b);
const median = (list) => sorted(list)[list.length >> 1];
/** How many times as long somebody takes as smsc-wasm: `2.4 (2.3–2.5)`. The first round warms up. */
function ratio(times, name) {
  const from = times[name].length > 2 ? 1 : 0;
  const ratios = times[name].slice(from).map((time, round) => time / times["smsc-wasm"][round + from]);
  const [least, most] = [Math.min(...ratios), Math.max(...ratios)];
  return `${median(ratios).toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""].join("\n");
}

const all = ["smsc-wasm", "uDSV", "uDSV, for await", "split by hand", "PapaParse", "csv-parse"];
const speeds = [];
const add = (name, encoding, size, bytes, { times }) => {
  const others = all.slice(1);
  const speed = bytes / median(times["smsc-wasm"].slice(times["smsc-wasm"].length > 2 ? 1 : 0)) / 1000;
  const row = [
    name,
    encoding,
    size,
    `${speed.toFixed(0)} MB/s`,
    ...others.map((other) => (times[other] ? ratio(times, other) : "")),
  ];
  speeds.push(row);
  console.error(row.join("  "));
};
for (const runtime of runtimes) {
  for (const encoding of ENCODINGS) {
    const small = file(50, encoding);
    const { size } = statSync(small);
    add(runtime[0], encoding, "50 MB", size, await read(runtime, small, encoding, quick ? 3 : 7, all));
    if (quick) continue;
    const large = file(500, encoding);
    add(
      runtime[0],
      encoding,
      "500 MB",
      statSync(large).size,
      await read(runtime, large, encoding, 4, all.slice(0, 3)),
    );
  }
}

const browsers = new Browsers();
try {
  await build({
    entryPoints: [project.path("page.mjs")],
    bundle: true,
    format: "esm",
    outfile: project.path("site", "page.js"),
    external: ["node:*", "csv-parse"],
    logLevel: "error",
  });
  writeFileSync(project.path("site", "page.html"), '<!doctype html><script type="module" src="page.js"></script>');
  for (const [kind, title] of [
    ["chrome", "Chromium"],
    ["firefox", "Firefox"],
  ]) {
    for (const encoding of ENCODINGS) {
      await servingFiles(project.path("site"), {}, async (url) => {
        try {
          const result = await browsers.result(`${url}/page.html?encoding=${encoding}`, kind, 300_000);
          if (result.failed) throw new Error(result.failed);
          same(title, result.found);
          add(title, encoding, "8 MB", encode(header + makeRows(8_000_000), encoding).length, result);
        } catch (error) {
          console.error(`${title}: ${error.message}`);
        }
      });
    }
  }
} finally {
  await browsers.close();
}

const memory = [];
const sizes = quick ? [50] : [50, 500, 1000];
for (const runtime of runtimes) {
  const encoding = "utf-8";
  const peaks = async (contender) => {
    const list = [];
    for (const size of sizes) list.push((await read(runtime, file(size, encoding), encoding, 1, [contender])).peak);
    return list.map((peak) => `${peak.toFixed(0)} MB`);
  };
  const row = [runtime[0], ...(await peaks("nobody")), ...(await peaks("smsc-wasm")), ...(await peaks("uDSV"))];
  memory.push(row);
  console.error(row.join("  "));
}
const text = `${table(["Where", "Encoding", "File", ...all], speeds)}
How many times as long the others take, with the smallest and the largest ratio of the rounds.

${table(["Peak memory", ...["nobody", "smsc-wasm", "uDSV"].flatMap((who) => sizes.map((size) => `${who}, ${size} MB`))], memory)}`;
console.log(text);
if (!quick) {
  const page = join(here, "../../docs/csv.md");
  const [begin, end] = ["<!-- bench:begin -->\n", "<!-- bench:end -->"];
  const old = readFileSync(page, "utf8");
  const [before] = old.split(begin);
  writeFileSync(page, `${before}${begin}${text}${old.slice(old.indexOf(end))}`);
}
