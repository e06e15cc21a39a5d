/** The weight of the built panel. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

const MAX_SCRIPT_BYTES = 150_000;

test("the panel's scripts without the package are at most 150 kB with gzip", async (t) => {
  const folder = join(process.cwd(), "dist", "assets");
  const scripts = (await readdir(folder)).filter((name) => name.endsWith(".js"));
  assert.equal(scripts.filter((name) => name.startsWith("smsc-wasm-")).length, 1, "the package has a file of its own");
  let total = 0;
  for (const name of scripts) {
    const script = await readFile(join(folder, name), "latin1");
    const isPackage = name.startsWith("smsc-wasm-");
    // The compressed module is only in the package.
    assert.equal(/H4sI[\w+/]{200}/.test(script), isPackage, name);
    if (!isPackage) total += gzipSync(Buffer.from(script, "latin1")).length;
  }
  t.diagnostic(`${total} bytes`);
  assert.ok(total > 10_000 && total <= MAX_SCRIPT_BYTES, `${total} bytes`);
});
