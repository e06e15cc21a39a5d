/** Compiles snippets with the options of a new project (`tsc --init`). */
import { join } from "node:path";
import { ts } from "../js/support/typescript.mjs";

const OPTIONS = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  noUncheckedSideEffectImports: true,
  declaration: true,
  skipLibCheck: true,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  target: ts.ScriptTarget.ESNext,
  types: ["node"],
  // For blocks in JavaScript.
  allowJs: true,
  checkJs: true,
  noEmit: true,
};

/** The errors of each program, by its name; programs are `{ name, program, language, linesBefore, page, line }`. */
export function compile(programs, folder) {
  const paths = new Map(programs.map((each) => [join(folder, `${each.name}.m${each.language}`), each]));
  const host = ts.createCompilerHost(OPTIONS);
  const { readFile, fileExists } = host;
  host.readFile = (path) => paths.get(path)?.program ?? readFile(path);
  host.fileExists = (path) => paths.has(path) || fileExists(path);
  const program = ts.createProgram([...paths.keys()], OPTIONS, host);
  const errors = new Map(programs.map(({ name }) => [name, []]));
  for (const [path, { name, page, line, linesBefore }] of paths) {
    const file = program.getSourceFile(path);
    const found = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
      ...program.getDeclarationDiagnostics(file),
    ];
    for (const { start = 0, messageText } of found) {
      const position = file.getLineAndCharacterOfPosition(start).line - linesBefore + line;
      errors.get(name).push(`${page}:${position}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`);
    }
  }
  return errors;
}

/** The program in JavaScript. */
export function toJavaScript({ program }) {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true };
  return ts.transpileModule(program, { compilerOptions }).outputText;
}
