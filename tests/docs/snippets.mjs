/**
 * The code blocks of README.md and docs/, as programs. HTML comments directly above a block, invisible to readers, say how it is
 * tested:
 *
 * - `setup: <code>` runs before the block; it declares names that the block uses. `check: <code>` runs after it.
 *   Longer code starts on the next line, and the comment ends on a line of its own.
 * - `not run: <reason>`: the block is compiled only.
 *
 * `page tested by: <file>`, anywhere in a page: the named test runs the page's blocks, because they import other packages.
 *
 * A block that uses `smsc` or `emulator` without declaring it gets a client of the emulated account, or the emulator.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PROGRAMS = new Set(["ts", "js"]);
const OTHER_LANGUAGES = new Set(["sh", "toml", "html", "json", "sql", "text"]);
const MARKERS = new Set(["setup", "check", "not run"]);
const PAGE_MARKER = "page tested by";

/** The pages whose blocks are tested, with paths from the root of the project. */
export function pagesOf(root) {
  const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", ...docs.sort().map((name) => `docs/${name}`)].map((path) => ({
    path,
    text: readFileSync(join(root, path), "utf8"),
  }));
}

/** The file of the test that runs a page's blocks, if it is not this suite. */
export function otherTestOf({ text }) {
  return new RegExp(`^<!-- ${PAGE_MARKER}: (\\S+) -->$`, "m").exec(text)?.[1];
}

/** The blocks in TypeScript or JavaScript of a page, with their markers. */
export function snippetsOf({ path, text }) {
  const lines = text.split("\n");
  const snippets = [];
  let markers = {};
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index];
    const at = `${path}:${index + 1}`;
    if (line.startsWith("<!--")) {
      const end = lines.findIndex((other, position) => position >= index && other.endsWith("-->"));
      if (end < 0) throw new Error(`${at}: the comment has no end`);
      readMarker(lines.slice(index, end + 1).join("\n"), markers, at);
      index = end;
    } else if (line.startsWith("```")) {
      const end = lines.indexOf("```", index + 1);
      if (end < 0) throw new Error(`${at}: the block has no end`);
      const language = line.slice(3);
      if (PROGRAMS.has(language)) {
        const code = lines.slice(index + 1, end).join("\n");
        snippets.push({ page: path, line: index + 2, language, code, ...markers });
      } else if (!OTHER_LANGUAGES.has(language)) {
        throw new Error(`${at}: the block has the unknown language "${language}"`);
      } else if (Object.keys(markers).length > 0) {
        throw new Error(`${at}: a marker must precede a block in ts or js`);
      }
      markers = {};
      index = end;
    } else if (line.trim() !== "" && Object.keys(markers).length > 0) {
      throw new Error(`${at}: a marker must stand directly above a block`);
    }
  }
  return snippets;
}

/** Reads one comment. Comments without a marker's name, such as those around generated tables, are not for this suite. */
function readMarker(comment, markers, at) {
  const [, name, value] = /^<!-- ([a-z ]+?)(?::\s|\n)(.*?)\s*-->$/s.exec(comment) ?? [];
  if (name === undefined || name === PAGE_MARKER) return;
  if (!MARKERS.has(name)) throw new Error(`${at}: the marker "${name}" is unknown`);
  if (value === "") throw new Error(`${at}: the marker "${name}" is empty`);
  markers[name] = value;
}

/** The whole program of a snippet, and the number of lines before its code. */
export function programOf(snippet) {
  const { code, setup = "", check = "" } = snippet;
  const text = [setup, code, check].join("\n");
  const uses = (name) => new RegExp(`\\b${name}\\b`).test(text) && !new RegExp(`(const|let) ${name}\\b`).test(text);
  const before = [];
  if (uses("emulator")) before.push('import { emulator } from "../environment.mjs";');
  if (uses("smsc")) {
    before.push('import { createClient as createClientOfEmulator } from "smsc-wasm";');
    before.push('const smsc = await createClientOfEmulator({ apiKey: "demo-key" });');
  }
  if (setup) before.push(...setup.split("\n"));
  // Deno's specifiers name the same package.
  const program = [...before, code.replaceAll('"npm:smsc-wasm', '"smsc-wasm'), check, ""].join("\n");
  return { program, linesBefore: before.length };
}
