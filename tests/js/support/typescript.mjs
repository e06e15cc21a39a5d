/** The project's TypeScript compiler, from the nearest `node_modules`, and programs compiled with it. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("..", import.meta.url));

function loadTypeScript() {
  for (let folder = here; ; folder = dirname(folder)) {
    const manifest = join(folder, "node_modules", "typescript", "package.json");
    if (existsSync(manifest)) return createRequire(manifest)("typescript");
    if (folder === dirname(folder))
      throw new Error("TypeScript is not installed in a parent folder's node_modules: run `npm ci`");
  }
}

export const ts = loadTypeScript();

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

/** A program of one file in the folder of the tests. Its text may come from another file. */
export function compile(name, textOf = name, options = {}) {
  const path = join(here, name);
  const host = ts.createCompilerHost({ ...strict, ...options });
  const { readFile, fileExists } = host;
  const text = readFileSync(join(here, textOf), "utf8");
  const isEntry = (file) => file.replaceAll("\\", "/") === path.replaceAll("\\", "/");
  host.readFile = (file) => (isEntry(file) ? text : readFile(file));
  host.fileExists = (file) => isEntry(file) || fileExists(file);
  return ts.createProgram([path], { ...strict, ...options }, host);
}

/** The compiler's errors, one string each. */
export function diagnostics(program) {
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const position =
      file && start !== undefined ? `${file.fileName}:${file.getLineAndCharacterOfPosition(start).line + 1} ` : "";
    return `${position}${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}
