/** What is in the tarball. Runs in pkg/, with npm's own list of what it packed beside the tarball. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const json = async (path) => JSON.parse(await readFile(path, "utf8"));
const manifest = await json("package.json");
const [packed] = Object.values(await json(join(process.env.SMSC_PACK, "contents.json")));
const files = packed.files.map(({ path }) => path);

/** Every path that `exports` (and the like) leads to. */
const targets = (value) => (typeof value === "string" ? [value] : Object.values(value ?? {}).flatMap(targets));

test("every entry point is in the tarball", () => {
  const { main, module, types, exports } = manifest;
  const entries = [main, module, types, exports].flatMap(targets).map((path) => path.replace(/^\.\//, ""));
  assert.ok(entries.length > 0);
  assert.deepEqual(
    entries.filter((path) => !path.includes("*") && !files.includes(path)),
    [],
  );
});

test("what the code imports is in the tarball", async () => {
  const missing = [];
  for (const path of files.filter((path) => /\.(js|mjs|cjs|d\.ts|d\.cts|d\.mts)$/.test(path))) {
    const text = await readFile(path, "utf8");
    for (const [, specifier] of text.matchAll(/(?:\bfrom|\bimport|\brequire\()\s*\(?["'](\.[^"'?]+)/g)) {
      const target = join(path, "..", specifier);
      // A declaration file names the JavaScript that it declares.
      const declared = target.replace(/\.(c|m)?js$/, ".d.$1ts");
      if (!files.includes(target) && !files.includes(declared)) missing.push(`${path}: ${specifier}`);
    }
  }
  assert.deepEqual(missing, []);
});

test("there are two compiled modules, the read-me and the licences", () => {
  assert.equal(files.filter((path) => path.endsWith(".wasm")).length, 2);
  for (const file of ["package.json", "README.md", "LICENSE-APACHE", "LICENSE-MIT"]) {
    assert.ok(files.includes(file), `${file} is missing`);
  }
});

test("it holds exactly what it should", () => {
  const entries = ["index", "slim", "formats", "testing", "cloudflare", "redis"].flatMap((name) => [
    `dist/${name}.cjs`,
    `dist/${name}.d.cts`,
    `dist/${name}.d.ts`,
    `dist/${name}.js`,
  ]);
  const expected = [
    ...["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json"],
    ...["dist/codes.js", "dist/core.js", "dist/edge.js", "dist/smsc.wasm"],
    ...["dist/formats-bytes.cjs", "dist/formats-bytes.js", "dist/formats-edge.js", "dist/formats.wasm"],
    ...entries,
  ];
  assert.deepEqual(files.toSorted(), expected.toSorted());
});

test("what it says of itself is what a registry shows", () => {
  for (const field of ["name", "version", "description", "license", "repository", "homepage", "bugs", "engines"]) {
    assert.ok(manifest[field], `${field} is missing`);
  }
  assert.ok(manifest.keywords.length > 5);
  assert.deepEqual(
    manifest.sideEffects.filter((path) => !files.includes(path.replace(/^\.\//, ""))),
    [],
  );
});

test("the shipped scripts hold no comments of ours", async () => {
  for (const path of files.filter((path) => /^dist\/.*\.c?js$/.test(path))) {
    const text = await readFile(path, "utf8");
    const comments = text.match(/^\s*(\/\/|\/\*).*$/gm) ?? [];
    assert.deepEqual(
      comments.filter((comment) => !/@ts-self-types|\/\/ \S+\.(ts|js)$|Annotate the CommonJS/.test(comment)),
      [],
    );
  }
});

test("installing it runs nothing and brings nothing along", () => {
  assert.equal(manifest.dependencies, undefined);
  for (const script of ["preinstall", "install", "postinstall", "prepare"]) {
    assert.equal(manifest.scripts?.[script], undefined);
  }
});

test("no path of the machine that built it is inside", async () => {
  const home = process.env.HOME ?? "";
  for (const path of files) {
    const content = await readFile(path);
    for (const trace of ["/.cargo/registry/", ...(home.length > 1 ? [`${home}/`] : [])]) {
      assert.ok(!content.includes(trace), `${path} holds ${trace}`);
    }
  }
});
