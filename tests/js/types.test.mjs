/** The declarations against what really comes out, and against what a strict user writes. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as smscWasm from "smsc-wasm";
import * as cloudflare from "smsc-wasm/cloudflare";
import * as formats from "smsc-wasm/formats";
import * as redis from "smsc-wasm/redis";
import * as slim from "smsc-wasm/slim";
import * as testing from "smsc-wasm/testing";
import { collect, setup } from "./support/account.mjs";
import { compile, diagnostics, ts } from "./support/typescript.mjs";

const program = compile("consumer.ts");
const checker = program.getTypeChecker();

/** What an entry of the package declares, by name. */
function declared(entry) {
  const consumer = program.getSourceFiles().find(({ fileName }) => fileName.endsWith("consumer.ts"));
  const statement = consumer.statements.find((each) => each.moduleSpecifier?.text === entry);
  const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
  const own = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
  return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, own(symbol)]));
}
const names = declared("smsc-wasm");

/** How a value differs from a type: every key that it has is declared, every required one is there. */
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
    if (!Array.isArray(value)) return [`${path} is no list`];
    const [member] = checker.getTypeArguments(type);
    return value.flatMap((item, index) => differences(member, item, `${path}[${index}]`));
  }
  if (type.getCallSignatures().length > 0) return typeof value === "function" ? [] : [`${path} is no function`];
  if (typeof value !== "object" || value === null) return [`${path} is no object`];
  const properties = new Map(checker.getPropertiesOfType(type).map((property) => [property.name, property]));
  const free = checker.getIndexInfosOfType(type).length > 0;
  const found = [];
  for (const [name, property] of properties) {
    if (name in value) found.push(...differences(checker.getTypeOfSymbol(property), value[name], `${path}.${name}`));
    else if (!(property.flags & ts.SymbolFlags.Optional))
      found.push(`${path}.${name} is missing, and declared as required`);
  }
  for (const key of Object.keys(value)) if (!properties.has(key) && !free) found.push(`${path}.${key} is not declared`);
  return found;
}

function conforms(name, values) {
  const symbol = names.get(name);
  assert.ok(symbol, `${name} is not declared`);
  const type = checker.getDeclaredTypeOfSymbol(symbol);
  assert.ok(values.length > 0, `there is no ${name} to look at`);
  assert.deepEqual(values.flatMap((value, index) => differences(type, value, `${name} ${index}`)).slice(0, 5), []);
}

describe("what comes out is what is declared", () => {
  for (const [what, seed] of [
    ["an ordinary account", {}],
    ["an account whose types drift", { drift: true }],
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

  test("and an error has no field that is not declared", async () => {
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

  test("and a wrong value would be noticed", () => {
    const type = checker.getDeclaredTypeOfSymbol(names.get("Task"));
    assert.deepEqual(differences(type, { id: 1, name: "a", status: 2 }, "task"), []);
    assert.equal(differences(type, { id: 1, name: "a" }, "task").length, 1);
    assert.equal(differences(type, { id: "1", name: "a", status: 2 }, "task").length, 1);
    assert.equal(differences(type, { id: 1, name: "a", status: 2, size: 5 }, "task").length, 1);
  });
});

describe("the names of each entry", () => {
  for (const [entry, module] of [
    ["smsc-wasm", smscWasm],
    ["smsc-wasm/slim", slim],
    ["smsc-wasm/formats", formats],
    ["smsc-wasm/testing", testing],
    ["smsc-wasm/cloudflare", cloudflare],
    ["smsc-wasm/redis", redis],
  ]) {
    test(`of ${entry} are declared, and those that are declared are there`, () => {
      const isValue = ([, symbol]) => (symbol.flags & ts.SymbolFlags.Value) !== 0;
      const values = [...declared(entry)].filter(isValue).map(([name]) => name);
      // A class that is exported as a type alone has no value.
      const there = Object.keys(module);
      assert.deepEqual(
        there.filter((name) => !values.includes(name)),
        [],
      );
      const typesOnly = ["History", "Senders", "Tasks", "TaskFile", "Smsc"];
      assert.deepEqual(
        values.filter((name) => !there.includes(name) && !typesOnly.includes(name)),
        [],
      );
    });
  }
});

describe("a strict user's file compiles", () => {
  test("as a module", () => assert.deepEqual(diagnostics(program), []));

  test("as CommonJS", () => assert.deepEqual(diagnostics(compile("consumer.cts", "consumer.ts")), []));

  test("under the strictest options, and as a bundler resolves", () => {
    const options = { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, verbatimModuleSyntax: true };
    const bundler = { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
    assert.deepEqual(diagnostics(compile("consumer.ts", "consumer.ts", { ...options, ...bundler })), []);
  });
});
