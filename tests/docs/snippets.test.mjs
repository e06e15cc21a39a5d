/** Every code block of README.md and docs/ compiles, and runs on the emulator. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { compile, toJavaScript } from "./compile.mjs";
import { run } from "./run.mjs";
import { otherTestOf, pagesOf, programOf, snippetsOf } from "./snippets.mjs";

const folder = fileURLToPath(new URL("run", import.meta.url));
const root = process.env.SMSC_ROOT;

/** The snippets of pages, each with its program and a name. */
const programs = (pages) =>
  pages.flatMap(snippetsOf).map((snippet) => ({
    ...snippet,
    ...programOf(snippet),
    name: `${snippet.page.replace(/\W+/g, "-")}-${snippet.line}`,
  }));

const pages = pagesOf(root);
const own = programs(pages.filter((page) => !otherTestOf(page)));
const errors = compile(own, folder);

describe("code blocks", () => {
  test("are found", () => {
    assert.ok(own.length > 20, `only ${own.length}`);
  });

  for (const { path } of pages.filter(({ path }) => own.some(({ page }) => page === path))) {
    test(`of ${path} compile`, () => {
      const found = own.filter(({ page }) => page === path).flatMap(({ name }) => errors.get(name));
      if (found.length > 0) assert.fail(found.join("\n"));
    });
  }

  for (const page of pages.filter(otherTestOf)) {
    test(`of ${page.path} are tested by ${otherTestOf(page)}`, () => {
      const path = join(root, otherTestOf(page));
      assert.ok(existsSync(path), "no such test");
      assert.ok(readFileSync(path, "utf8").includes(page.path), "the test does not name the page");
    });
  }
});

describe("code blocks run", { concurrency: 2 }, () => {
  for (const snippet of own) {
    const name = `${snippet.page}:${snippet.line}`;
    if (snippet["not run"]) test(name, { skip: snippet["not run"] }, () => {});
    else test(name, () => run(snippet.name, toJavaScript(snippet)));
  }
});

describe("this test", () => {
  const page = (...lines) => programs([{ path: "page.md", text: lines.join("\n") }]);
  const block = (code, ...markers) => page(...markers, "```ts", code, "```");

  test("compiles strictly, and reports the line of the page", () => {
    const [program] = page(
      "# A page",
      "",
      "<!-- setup: let key: string | undefined; -->",
      "```ts",
      "",
      "key.length;",
      "```",
    );
    assert.deepEqual(compile([program], folder).get(program.name), ["page.md:6: 'key' is possibly 'undefined'."]);
    const [exact] = block("const options: { limit?: number } = { limit: undefined };");
    assert.equal(compile([exact], folder).get(exact.name).length, 1);
    const [unknown] = block("await smsc.history.liist();");
    assert.match(compile([unknown], folder).get(unknown.name)[0], /liist/);
  });

  for (const [what, code, ...markers] of [
    ["throws", 'throw new Error("reason");'],
    ["rejects later", 'void Promise.resolve().then(() => { throw new Error("reason"); });'],
    ["rejects on the emulator", 'await smsc.history.list({ cursor: "reason" });'],
    ["never settles", "await new Promise(() => {});"],
    ["fails its check", "const found = 1;", '<!-- check: if (found !== 2) throw new Error("reason"); -->'],
    ["is a Worker that fails", 'export default { fetch: () => new Response("reason", { status: 500 }) };'],
  ]) {
    test(`fails if a block ${what}`, async () => {
      const [program] = block(code, ...markers);
      const name = `self-${what.replaceAll(" ", "-")}`;
      await assert.rejects(run(name, toJavaScript(program)), what === "never settles" ? /exit code 13/ : /reason/);
    });
  }

  test("runs setup, code and check in this order, with a client and its emulator", async () => {
    const [program] = block(
      "seen.push((await smsc.history.list({ limit: 5 })).messages.length);",
      "<!-- setup: const seen = [0]; -->",
      "<!-- check",
      "seen.push(emulator.requests.length);",
      "console.log(seen.join());",
      "-->",
    );
    assert.equal(await run("self-order", toJavaScript(program)), "0,5,1\n");
  });

  test("leaves a page to the test that the page names", () => {
    assert.equal(otherTestOf({ text: "# Page\n\n<!-- page tested by: tests/other.mjs -->\n" }), "tests/other.mjs");
    assert.equal(otherTestOf({ text: "# Page\n" }), undefined);
  });

  test("rejects unknown languages, unknown markers and markers without a block", () => {
    assert.throws(() => page("```typescript", "```"), /unknown language "typescript"/);
    assert.throws(() => page("```", "```"), /unknown language ""/);
    assert.throws(() => page("```ts"), /no end/);
    assert.throws(() => page("<!-- not runn: reason -->", "```ts", "```"), /marker "not runn" is unknown/);
    assert.throws(() => page("<!-- not run: -->", "```ts", "```"), /is empty/);
    assert.throws(() => page("<!-- setup: 1; -->", "Text.", "```ts", "```"), /directly above/);
    assert.throws(() => page("<!-- setup: 1; -->", "```sh", "```"), /precede a block in ts or js/);
  });
});
