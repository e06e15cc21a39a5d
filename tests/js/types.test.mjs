/** The type declarations, compared with actual values, exports, and code under strict TypeScript. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import * as smscWasm from "smsc-wasm";
import * as cloudflare from "smsc-wasm/cloudflare";
import * as codes from "smsc-wasm/codes";
import * as formats from "smsc-wasm/formats";
import * as redis from "smsc-wasm/redis";
import * as slim from "smsc-wasm/slim";
import * as testing from "smsc-wasm/testing";
import { collect, setup } from "./support/account.mjs";
import { compile, diagnostics, ts } from "./support/typescript.mjs";

const program = compile("consumer.ts");
const checker = program.getTypeChecker();

/** The declarations of an entry of the package, by name. */
function declared(entry) {
  const consumer = program.getSourceFiles().find(({ fileName }) => fileName.endsWith("consumer.ts"));
  const statement = consumer.statements.find((each) => each.moduleSpecifier?.text === entry);
  const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
  const resolved = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
  return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, resolved(symbol)]));
}
const names = declared("smsc-wasm");

/** The differences of a value from a type: undeclared keys, missing required keys, wrong types. */
function differences(type, value, path) {
  const { flags } = type;
  if (flags & (ts.TypeFlags.Unknown | ts.TypeFlags.Any)) return [];
  if (type.isUnion()) {
    const each = type.types.map((member) => differences(member, value, path));
    return each.find((list) => list.length === 0) ?? each.at(-1);
  }
  const primitive = [
    [ts.TypeFlags.NumberLike, "number"],
    [ts.TypeFlags.StringLike, "string"],
    [ts.TypeFlags.BooleanLike, "boolean"],
    [ts.TypeFlags.Undefined, "undefined"],
  ].find(([mask]) => flags & mask);
  if (primitive) return typeof value === primitive[1] ? [] : [`${path} is a ${typeof value}, declared ${primitive[1]}`];
  if (checker.isArrayType(type)) {
    if (!Array.isArray(value)) return [`${path} is not an array`];
    const [member] = checker.getTypeArguments(type);
    return value.flatMap((item, index) => differences(member, item, `${path}[${index}]`));
  }
  if (type.getCallSignatures().length > 0) return typeof value === "function" ? [] : [`${path} is not a function`];
  if (typeof value !== "object" || value === null) return [`${path} is not an object`];
  const properties = new Map(checker.getPropertiesOfType(type).map((property) => [property.name, property]));
  const hasIndexSignature = checker.getIndexInfosOfType(type).length > 0;
  const list = [];
  for (const [name, property] of properties) {
    if (name in value) list.push(...differences(checker.getTypeOfSymbol(property), value[name], `${path}.${name}`));
    else if (!(property.flags & ts.SymbolFlags.Optional))
      list.push(`${path}.${name} is missing, but declared as required`);
  }
  for (const key of Object.keys(value))
    if (!properties.has(key) && !hasIndexSignature) list.push(`${path}.${key} is not declared`);
  return list;
}

function conforms(name, values) {
  const symbol = names.get(name);
  assert.ok(symbol, `${name} is not declared`);
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  assert.ok(values.length > 0, `no ${name} to compare`);
  assert.deepEqual(values.flatMap((value, index) => differences(type, value, `${name} ${index}`)).slice(0, 5), []);
}

describe("values match their declarations", () => {
  for (const [what, seed] of [
    ["an ordinary account", {}],
    ["an account with drifting types", { drift: true }],
  ]) {
    test(`of ${what}`, async () => {
      const { smsc } = await setup({ ...seed, messages: 1200 });
      conforms("HistoryPage", await collect(smsc.history.pages()));
      conforms("Message", await collect(smsc.history.iterate({ channel: "email" })));
      for (const query of [{}, { all: true }, { operators: true }, { files: true }]) {
        conforms("Sender", await smsc.senders.list(query));
      }
      const senders = await smsc.senders.list({ all: true, operators: true, files: true });
      conforms("Sender", senders);
      conforms(
        "SenderFile",
        senders.flatMap(({ files }) => files ?? []),
      );
      conforms("Task", await smsc.tasks.list());
      conforms("RateLimit", smsc.rateLimits());
    });
  }

  test("an error has only declared fields", async () => {
    const { smsc, emulator } = await setup({}, { maxRetries: 0 });
    emulator.faults.push({ code: 4 }, { status: 503, headers: { "retry-after": "5" } }, { kind: "offline" });
    const calls = [
      () => smsc.history.list(),
      () => smsc.history.list(),
      () => smsc.history.list(),
      () => smsc.history.list({ limit: 0 }),
      () => smsc.tasks.waitFor(304),
    ];
    const errors = [];
    for (const call of calls) errors.push(await call().catch((error) => error));
    conforms("SmscError", errors);
  });

  test("the comparison detects wrong values", () => {
    const type = checker.getDeclaredTypeOfSymbol(names.get("Task"));
    assert.deepEqual(differences(type, { id: 1, name: "a", status: 2 }, "task"), []);
    assert.equal(differences(type, { id: 1, name: "a" }, "task").length, 1);
    assert.equal(differences(type, { id: "1", name: "a", status: 2 }, "task").length, 1);
    assert.equal(differences(type, { id: 1, name: "a", status: 2, size: 5 }, "task").length, 1);
  });
});

describe("the exports of each entry", () => {
  for (const [entry, module] of [
    ["smsc-wasm", smscWasm],
    ["smsc-wasm/slim", slim],
    ["smsc-wasm/codes", codes],
    ["smsc-wasm/formats", formats],
    ["smsc-wasm/testing", testing],
    ["smsc-wasm/cloudflare", cloudflare],
    ["smsc-wasm/redis", redis],
  ]) {
    test(`of ${entry} are declared, and all declared values exist`, () => {
      const isValue = ([, symbol]) => (symbol.flags & ts.SymbolFlags.Value) !== 0;
      const values = [...declared(entry)].filter(isValue).map(([name]) => name);
      // Classes exported only as types have no value.
      const exported = Object.keys(module);
      assert.deepEqual(
        exported.filter((name) => !values.includes(name)),
        [],
      );
      const typesOnly = ["History", "Senders", "Tasks", "TaskFile", "Smsc"];
      assert.deepEqual(
        values.filter((name) => !exported.includes(name) && !typesOnly.includes(name)),
        [],
      );
    });
  }
});

const STRICTER = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true };
const BUNDLER = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
const NODE10 = { module: ts.ModuleKind.CommonJS, moduleResolution: ts.ModuleResolutionKind.Node10 };

describe("a file under strict TypeScript compiles", () => {
  test("as an ES module", () => assert.deepEqual(diagnostics(program), []));

  test("as CommonJS", () => assert.deepEqual(diagnostics(compile("consumer.cts", "consumer.ts")), []));

  test("with stricter options, and with bundler resolution", () => {
    assert.deepEqual(diagnostics(compile("consumer.ts", "consumer.ts", { ...STRICTER, ...BUNDLER })), []);
  });

  test("without the types of a platform, every entry point", () => {
    assert.deepEqual(diagnostics(compile("bare.ts", "bare.ts", { lib: ["lib.es2023.d.ts"] })), []);
  });

  test("with the resolution of Node.js 10, which ignores the field `exports`", () => {
    assert.deepEqual(diagnostics(compile("consumer.ts", "consumer.ts", NODE10)), []);
  });
});

describe("types follow from options and codes", () => {
  test("with strict options", () => assert.deepEqual(diagnostics(compile("type-expectations.ts")), []));

  test("with stricter options", () => {
    assert.deepEqual(diagnostics(compile("type-expectations.ts", "type-expectations.ts", STRICTER)), []);
  });
});

describe("the error of TypeScript names the property at fault", () => {
  const path = "type-errors.ts";
  const found = ts.getPreEmitDiagnostics(compile(path)).map(({ file, start, messageText }) => ({
    line: file.getLineAndCharacterOfPosition(start).line,
    text: ts.flattenDiagnosticMessageText(messageText, "\n"),
  }));
  const lines = readFileSync(new URL(path, import.meta.url), "utf8").split("\n");
  const expected = lines.flatMap((line) => /^ {2}\/\/ (.*)/.exec(line)?.[1] ?? []);

  test("for each mistake, and for nothing else", () => assert.equal(found.length, expected.length));

  for (const { line, text } of found) {
    const message = lines[line - 1].trim().replace("// ", "");
    test(`${lines[line].trim()}: ${message}`, () => assert.ok(text.includes(message), text));
  }
});

describe("the declarations", () => {
  const folder = dirname(createRequire(import.meta.url).resolve("smsc-wasm"));
  const files = readdirSync(folder).filter((name) => /\.d\.c?ts$/.test(name));
  const source = (name) => ts.createSourceFile(name, readFileSync(join(folder, name), "utf8"), ts.ScriptTarget.Latest);

  test("of each entry point begin with the comment of the module, with an example", () => {
    const modules = files.filter((name) => name.endsWith(".d.ts"));
    assert.equal(modules.length, 9);
    for (const name of modules)
      assert.match(source(name).text, /^\/\*\*\n \* [A-Z][\s\S]*?@example[\s\S]*?@module\n \*\/\n/, name);
  });

  test("contain no names that the bundling made", () => {
    assert.ok(files.length >= 14);
    for (const name of files) assert.doesNotMatch(source(name).text, /\w\$\d/, name);
  });

  test("accept `undefined` for every optional property", () => {
    const strict = [];
    for (const name of files) {
      const file = source(name);
      const visit = (node) => {
        const isOptional = node.questionToken && node.questionToken.kind !== ts.SyntaxKind.MinusToken;
        if (isOptional && !ts.isParameter(node) && !/\bundefined\b|: unknown;$/.test(node.getText(file))) {
          strict.push(`${name}: ${node.getText(file)}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(file);
    }
    assert.deepEqual(strict, []);
  });

  test("document every error code and every exported name", () => {
    const type = names.get("ErrorCode").declarations[0];
    const text = type.getSourceFile().text;
    for (const member of type.type.types) {
      assert.match(text.slice(0, member.getStart()), /\*\/\s*\|\s*$/, member.getText());
    }
    const undocumented = [...names].filter(([, symbol]) => symbol.getDocumentationComment(checker).length === 0);
    assert.deepEqual(
      undocumented.map(([name]) => name),
      [],
    );
  });
});
