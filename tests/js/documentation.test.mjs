/** The doc comments of the declarations: the default of each option, the errors and an example of each method. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { compile, ts } from "./support/typescript.mjs";

const program = compile("consumer.ts");
const checker = program.getTypeChecker();
const consumer = program.getSourceFiles().find(({ fileName }) => fileName.endsWith("consumer.ts"));

/** The exported declarations of an entry of the package, by name. */
function declarationsOf(entry) {
  const statement = consumer.statements.find((each) => each.moduleSpecifier?.text === entry);
  const module = checker.getSymbolAtLocation(statement.moduleSpecifier);
  const resolved = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
  return new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, resolved(symbol)]));
}

const names = declarationsOf("smsc-wasm");
const typeOf = (name) => checker.getDeclaredTypeOfSymbol(names.get(name));

/** The properties of a type; of a union, those of every member. */
function propertiesOf(type) {
  const members = type.isUnion() ? type.types : [type];
  return members.flatMap((member) => checker.getPropertiesOfType(member));
}

const tagsOf = (symbol) => symbol.getJsDocTags(checker).map(({ name }) => name);
const textOf = (symbol) => ts.displayPartsToString(symbol.getDocumentationComment(checker));
const isFunction = (symbol) =>
  checker.getTypeOfSymbolAtLocation(symbol, consumer).getCallSignatures().length > 0 &&
  !tagsOf(symbol).includes("internal");

describe("each option has a description and a default", () => {
  for (const name of [
    "ClientSettings",
    "CallOptions",
    "CommandOptions",
    "IterationOptions",
    "WaitOptions",
    "DownloadOptions",
    "RowsOptions",
    "CsvOptions",
    "ReadOptions",
  ]) {
    test(name, () => {
      const options = propertiesOf(typeOf(name));
      assert.ok(options.length > 0);
      const incomplete = options.filter((option) => textOf(option) === "" || !tagsOf(option).includes("default"));
      assert.deepEqual(
        incomplete.map((option) => option.name),
        [],
      );
    });
  }

  test("ServiceAddress", () => {
    for (const name of ["region", "baseUrl"]) {
      const [option] = propertiesOf(typeOf("ServiceAddress")).filter(
        (each) => each.name === name && tagsOf(each).includes("default"),
      );
      assert.ok(option, name);
    }
  });

  test("ClientOptions has no others, besides the credentials", () => {
    const documented = ["ClientSettings", "ServiceAddress"].flatMap((name) => propertiesOf(typeOf(name)));
    const known = new Set([...documented.map(({ name }) => name), "apiKey", "login", "password", "credentials"]);
    const options = propertiesOf(typeOf("ClientOptions")).map(({ name }) => name);
    assert.deepEqual([...new Set(options)].sort(), [...known].sort());
  });
});

describe("each method has its errors and an example", () => {
  const methods = ["Smsc", "History", "Senders", "Tasks", "TaskFile", "SmscError", "ItemIterator"].flatMap((name) => {
    const own = typeOf(name).symbol.members;
    const members = checker.getPropertiesOfType(typeOf(name)).filter((member) => own.has(member.escapedName));
    return members.filter(isFunction).map((symbol) => [`${name}.${symbol.name}`, symbol]);
  });
  const functions = [...names].filter(
    ([, symbol]) => symbol.flags & ts.SymbolFlags.Value && !(symbol.flags & ts.SymbolFlags.Class) && isFunction(symbol),
  );

  test("are found", () => {
    const found = new Set([...methods, ...functions].map(([name]) => name));
    for (const name of [
      "History.iterate",
      "Tasks.rows",
      "TaskFile.text",
      "ItemIterator.toArray",
      "createClient",
      "parseCsv",
    ]) {
      assert.ok(found.has(name), name);
    }
  });

  for (const [name, symbol] of [...methods, ...functions]) {
    test(name, () => {
      const tags = tagsOf(symbol);
      const neverThrows = symbol
        .getJsDocTags(checker)
        .some(({ text }) => ts.displayPartsToString(text).includes("Never throws"));
      assert.notEqual(textOf(symbol), "", "no description");
      assert.ok(tags.includes("example"), "no @example");
      assert.ok(tags.includes("throws") || neverThrows, "no @throws");
    });
  }
});
