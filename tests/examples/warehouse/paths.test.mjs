/** The example `examples-js/warehouse` reads and writes the files of exactly the named folder. */
import assert from "node:assert/strict";
import { cp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { NOW, queryJson, setUp, succeed } from "./support.mjs";

const isWindows = process.platform === "win32";

/** Names that DuckDB reads as a home folder, or as another kind of database. */
const PREFIXES = ["~", ...(isWindows ? [] : ["sqlite:x"])];
/** Names that are patterns, texts of SQL or values of a column. */
const SPECIAL = [...PREFIXES, "data[1]", "it's", "senderId=1", ...(isWindows ? [] : ["a*", 'a"b'])];
/** Names that the patterns match. */
const MATCHED = ["data1", "ab"];

for (const format of ["parquet", "duckdb"]) {
  test(`warehouse: special characters in the name of a folder: ${format}`, async (t) => {
    const context = await setUp(t, { messages: 0 });
    const pathOf = (folder) => join(context.folder, folder);
    /** Exports one message with this sender. */
    const exportTo = async (out, senderId) => {
      const { url } = await setUp(t, { messages: [{ senderId, cost: "1.5", sendTimestamp: NOW / 1000 - 60 }] });
      await succeed({ ...context, url }, "export", "--from", "2026-11-01", "--format", format, "--out", out);
    };
    await exportTo(MATCHED[0], "another");
    for (const folder of MATCHED.slice(1)) await cp(pathOf(MATCHED[0]), pathOf(folder), { recursive: true });
    for (const folder of PREFIXES) await exportTo(folder, "expected");
    const copies = SPECIAL.slice(PREFIXES.length);
    for (const folder of copies) await cp(pathOf(PREFIXES[0]), pathOf(folder), { recursive: true });
    assert.deepEqual((await readdir(context.folder)).sort(), [...SPECIAL, ...MATCHED].sort());

    for (const folder of SPECIAL) {
      const { file, rows } = await queryJson(context, "--by", "sender", "--in", folder);
      assert.equal(file, join(folder, `messages.${format}`));
      assert.deepEqual(rows, [{ group: { sender: "expected" }, messages: 1, cost: "1.50" }]);
    }
  });
}
