/** The examples of docs/bulk.md, each with its engine. */
import { readFileSync, writeFileSync } from "node:fs";
import { filesOf } from "../lib/doc-files.mjs";
import { nodeFor } from "../lib/nodes.mjs";
import { NotRun } from "../lib/not-run.mjs";
import { run } from "../lib/process.mjs";

const DOCUMENT = new URL("../../../docs/bulk.md", import.meta.url);

export const bulk = {
  name: "bulk",
  title: "Bulk output, by docs/bulk.md",
  async run(bench) {
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["bulk"]).catch((cause) => {
      throw new NotRun(`npm cannot install the engines: ${cause.message}`, { cause });
    });
    const files = filesOf(readFileSync(DOCUMENT, "utf8"));
    for (const [name, text] of files) writeFileSync(project.path(name), text);
    for (const [test, engine] of [
      ["a file", ""],
      ["fields", ""],
      ["Parquet", "hyparquet-writer"],
      ["DuckDB", "@duckdb/node-api"],
      ["Arrow", "@uwdata/flechette"],
      ["ClickHouse", ""],
    ]) {
      const version = engine && `${engine} ${project.version(engine)}`;
      const args = ["--test", `--test-name-pattern=^${test}$`, "bulk.test.mjs"];
      await bench.check(test, version, () => run(node, args, { cwd: project.folder }));
    }
  },
};
