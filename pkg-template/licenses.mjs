// The licences of the code that the modules contain: the crates of the dependency graph, and Rust's standard library.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The copyright holders of the standard library and of its parts that are compiled into a module: hashbrown, compiler_builtins. */
const STANDARD_LIBRARY = ["The Rust Project Contributors", "Amanieu d'Antras", "Jorge Aparicio"];

/** The text of THIRD-PARTY-LICENSES. Crates with the same text share it. */
export function thirdPartyLicenses(root) {
  const names = new Map();
  const add = (name, text) => names.set(text, [...(names.get(text) ?? []), name]);
  add("core, alloc and std of Rust", mit(STANDARD_LIBRARY));
  for (const crate of compiledCrates(root)) add(`${crate.name} ${crate.version}`, textOf(crate));
  const sections = [...names].map(([text, crates]) => `${crates.join("\n")}\n\n${text}\n`);
  const head =
    "The files smsc.wasm and formats.wasm, and the scripts that contain or load them, contain code of the crates below. Each is\n" +
    "used under the licence that follows its name.\n";
  return [head, ...sections].join(`\n${"-".repeat(80)}\n\n`);
}

/** The crates that the modules are compiled from, by name. Macros run at compile time; the project's own crates are no third party. */
export function compiledCrates(root) {
  const target = "wasm32-unknown-unknown";
  const options = ["--format-version=1", "--locked", "--all-features", `--filter-platform=${target}`];
  const metadata = JSON.parse(
    execFileSync("cargo", ["metadata", ...options], { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 }),
  );
  const packages = new Map(metadata.packages.map((crate) => [crate.id, crate]));
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node]));
  const isMacro = ({ targets }) => targets.some(({ kind }) => kind.includes("proc-macro"));
  const found = new Set();
  const visit = (id) => {
    if (found.has(id) || isMacro(packages.get(id))) return;
    found.add(id);
    for (const { pkg, dep_kinds: kinds } of nodes.get(id).deps) if (kinds.some(({ kind }) => kind === null)) visit(pkg);
  };
  const own = metadata.packages.find(({ name, source }) => name === "smsc-wasm" && source === null);
  visit(own.id);
  return [...found].map((id) => packages.get(id)).filter(({ source }) => source !== null);
}

/** The licence that the crate is used under: MIT if it offers a choice, and every further one that it demands. */
function textOf({ name, license, authors, manifest_path: manifest }) {
  if (!/\bMIT\b/.test(license ?? "")) throw new Error(`${name} is under ${license}: only MIT is expected`);
  const folder = dirname(manifest);
  const files = readdirSync(folder).filter((file) => /^licen[cs]e/i.test(file) && !/apache/i.test(file));
  const demanded = license.split(" AND ").length;
  if (files.length === 0 && demanded === 1) return mit(authors.map((author) => author.replace(/ <.*>$/, "")));
  if (files.length !== demanded) throw new Error(`${name} is under ${license}, and has the files ${files.join(", ")}`);
  const texts = files.map((file) => readFileSync(join(folder, file), "utf8").replaceAll("\r\n", "\n").trim());
  if (!texts.some((text) => text.includes("Permission is hereby granted, free of charge"))) {
    throw new Error(`${files.join(", ")} of ${name} is not the MIT licence`);
  }
  return texts.join("\n\n");
}

const mit = (holders) => `MIT License

${holders.map((holder) => `Copyright (c) ${holder}`).join("\n")}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify,
merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
