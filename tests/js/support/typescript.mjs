/** The TypeScript compiler of the project's own tools, found from here upwards, and programs made with it. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));

function find() {
  for (let folder = here; ; folder = dirname(folder)) {
    const manifest = join(folder, "node_modules", "typescript", "package.json");
    if (existsSync(manifest)) return createRequire(manifest)("typescript");
    if (folder === dirname(folder)) throw new Error("there is no TypeScript in a node_modules above: run `npm ci`");
  }
}

export const ts = find();

/** As `tsc --strict --module nodenext --skipLibCheck false --lib es2022,dom,dom.iterable --noEmit`. */
const strict = {
  strict: true,
  noEmit: true,
  skipLibCheck: false,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  lib: ["lib.es2022.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: [],
};

/** A program of one file beside the tests, whose text may be that of another. */
export function compile(name, textOf = name, options = {}) {
  const path = join(here, name);
  const host = ts.createCompilerHost({ ...strict, ...options });
  const { readFile, fileExists } = host;
  const text = readFileSync(join(here, textOf), "utf8");
  const isIt = (asked) => asked.replaceAll("\\", "/") === path.replaceAll("\\", "/");
  host.readFile = (asked) => (isIt(asked) ? text : readFile(asked));
  host.fileExists = (asked) => isIt(asked) || fileExists(asked);
  return ts.createProgram([path], { ...strict, ...options }, host);
}

/** What the compiler finds wrong, one text a fault. */
export function diagnostics(program) {
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const place =
      file && start !== undefined ? `${file.fileName}:${file.getLineAndCharacterOfPosition(start).line + 1} ` : "";
    return `${place}${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}
