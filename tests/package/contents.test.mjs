/** Checks the contents of the tarball. Runs in pkg/ and reads the list that `npm pack` writes next to the tarball. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

const json = async (path) => JSON.parse(await readFile(path, "utf8"));
const manifest = await json("package.json");
const [packed] = Object.values(await json(join(process.env.SMSC_PACK, "contents.json")));
const files = packed.files.map(({ path }) => path);

/** All paths in a value of the manifest, such as `exports`. */
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

test("every imported file is in the tarball", async () => {
  const missing = [];
  for (const path of files.filter((path) => /\.(js|mjs|cjs|d\.ts|d\.cts|d\.mts)$/.test(path))) {
    const text = await readFile(path, "utf8");
    for (const [, specifier] of text.matchAll(/(?:\bfrom|\bimport|\brequire\()\s*\(?["'](\.[^"'?]+)/g)) {
      const target = join(path, "..", specifier);
      // A declaration file imports the JavaScript file of the declaration.
      const declared = target.replace(/\.(c|m)?js$/, ".d.$1ts");
      if (!files.includes(target) && !files.includes(declared)) missing.push(`${path}: ${specifier}`);
    }
  }
  assert.deepEqual(missing, []);
});

test("no link of a page is dead: relative ones lead to packed files, those to the repository to its files", async () => {
  const repository = manifest.repository.url.replace(/^git\+|\.git$/g, "");
  const view = new RegExp(`^${repository}/(?:blob|tree)/main/([^#]+)`);
  const dead = [];
  let count = 0;
  for (const page of files.filter((path) => path.endsWith(".md"))) {
    for (const [, target] of (await readFile(page, "utf8")).matchAll(/\]\(([^()\s]+)\)/g)) {
      count++;
      const inRepository = view.exec(target)?.[1];
      const isAlive =
        inRepository === undefined
          ? /^https:/.test(target) || files.includes(target)
          : existsSync(join("..", inRepository));
      if (!isAlive) dead.push(`${page}: ${target}`);
    }
  }
  assert.deepEqual(dead, []);
  assert.ok(count > 30);
});

test("the comments of the types name no page that only the repository has", async () => {
  for (const path of files.filter((path) => /\.d\.c?ts$/.test(path))) {
    const addresses = (await readFile(path, "utf8")).match(/\S*(?:docs|examples-js)\/[\w-]+|\S*\b[A-Z]{4,}\.md/g) ?? [];
    const blob = "https://github.com/smsc-wasm/smsc-wasm/blob/main/";
    for (const address of addresses) assert.ok(address.includes(blob), `${path}: ${address}`);
  }
});

test("the types of the emulator have the names under which they are exported", async () => {
  for (const file of ["dist/testing.d.ts", "dist/testing.d.cts"]) {
    const text = await readFile(file, "utf8");
    const exported = /^export type \{ (.*) \};$/m.exec(text)[1].split(", ");
    const declared = [...text.matchAll(/^(?:interface|type) ([\w$]+)/gm)].map(([, name]) => name);
    assert.deepEqual(declared.toSorted(), exported.toSorted(), file);
  }
});

test("contains two compiled modules, the README and the licences", () => {
  assert.equal(files.filter((path) => path.endsWith(".wasm")).length, 2);
  for (const file of ["package.json", "README.md", "LICENSE-APACHE", "LICENSE-MIT"]) {
    assert.ok(files.includes(file), `${file} is missing`);
  }
});

test("contains the licence of every crate in the modules", async () => {
  const text = await readFile("THIRD-PARTY-LICENSES", "utf8");
  const [, ...sections] = text.split(/^-{80}$/m).map((section) => section.trim().split("\n\n"));
  const licensed = new Map(
    sections.flatMap(([names, ...rest]) => names.split("\n").map((name) => [name, rest.join("\n\n")])),
  );
  const tree = [
    "tree",
    "--edges=normal,no-proc-macro",
    "--target=wasm32-unknown-unknown",
    "--all-features",
    "--locked",
  ];
  const crates = execFileSync("cargo", [...tree, "--prefix=none", "--format={p}"], { cwd: "..", encoding: "utf8" });
  // A crate of the project itself is followed by its folder.
  const expected = crates.split("\n").map((line) => /^(\S+) v(\S+)(?: \(\*\))?$/.exec(line)?.slice(1).join(" "));
  assert.ok(expected.some((name) => name?.startsWith("wasm-bindgen ")));
  for (const name of new Set([...expected.filter(Boolean), "core, alloc and std of Rust"])) {
    const licence = licensed.get(name);
    assert.ok(licence, `${name} has no licence`);
    assert.match(licence, /Permission is hereby granted, free of charge/, name);
    assert.match(licence, /THE SOFTWARE IS PROVIDED "AS IS"/, name);
  }
});

test("contains exactly the expected files", () => {
  const entries = [
    "index",
    "slim",
    "codes",
    "formats",
    "formats-static",
    "testing",
    "cloudflare",
    "redis",
    "proxy",
  ].flatMap((name) => [`dist/${name}.cjs`, `dist/${name}.d.cts`, `dist/${name}.d.ts`, `dist/${name}.js`]);
  const expected = [
    ...["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "THIRD-PARTY-LICENSES", "package.json"],
    ...["codes-en", "formats-bytes", "formats-core", "reader", "shared"].flatMap((name) => [
      `dist/${name}.cjs`,
      `dist/${name}.js`,
    ]),
    ...["dist/core.js", "dist/edge.js", "dist/formats-edge.js", "dist/proxy-edge.js", "dist/slim-edge.js"],
    ...["dist/formats.wasm", "dist/message.schema.json", "dist/smsc.wasm"],
    ...entries,
  ];
  assert.deepEqual(files.toSorted(), expected.toSorted());
});

test("the manifest has the fields that a registry shows", () => {
  for (const field of ["name", "version", "description", "license", "repository", "homepage", "bugs", "engines"]) {
    assert.ok(manifest[field], `${field} is missing`);
  }
  assert.ok(manifest.keywords.length > 5);
  assert.deepEqual(
    manifest.sideEffects.filter((path) => !files.includes(path.replace(/^\.\//, ""))),
    [],
  );
});

test("the scripts contain no source comments", async () => {
  for (const path of files.filter((path) => /^dist\/.*\.c?js$/.test(path))) {
    const text = await readFile(path, "utf8");
    const comments = text.match(/^\s*(\/\/|\/\*).*$/gm) ?? [];
    assert.deepEqual(
      comments.filter((comment) => !/@ts-self-types|\/\/ \S+\.(ts|js)$|Annotate the CommonJS/.test(comment)),
      [],
    );
  }
});

test("has no install scripts and no dependencies", () => {
  assert.equal(manifest.dependencies, undefined);
  for (const script of ["preinstall", "install", "postinstall", "prepare"]) {
    assert.equal(manifest.scripts?.[script], undefined);
  }
});

test("contains no paths of the build machine", async () => {
  const home = process.env.HOME ?? "";
  for (const path of files) {
    const content = await readFile(path);
    for (const trace of ["/.cargo/registry/", ...(home.length > 1 ? [`${home}/`] : [])]) {
      assert.ok(!content.includes(trace), `${path} contains ${trace}`);
    }
  }
});
