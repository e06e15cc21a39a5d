/** Writes tables in every format. The files get their final names once all of them are complete. */
import { rmSync } from "node:fs";
import { mkdir, mkdtemp } from "node:fs/promises";
import { join, resolve } from "node:path";
import { UsageError } from "../outcome.mjs";
import { chunksOf } from "../values.mjs";
import { createArrow } from "./arrow.mjs";
import { createDuckDb } from "./duckdb.mjs";
import { createParquet } from "./parquet.mjs";
import { checkNames, publishFiles } from "./publish.mjs";

/** The extension of a format's files, and the function that creates one. */
const WRITERS = {
  parquet: { extension: "parquet", create: createParquet },
  duckdb: { extension: "duckdb", create: createDuckDb },
  arrow: { extension: "arrows", create: createArrow },
};

export const fileName = (table, format) => `${table}.${WRITERS[format].extension}`;

/** Does a part of the work on a file. Its error names the file. */
async function work(file, step) {
  try {
    return await step();
  } catch (cause) {
    throw new Error(`${file} cannot be written: ${cause.message}`, { cause });
  }
}

/** Writes the rows of a source into a file for each format, as fast as they arrive. Returns the number of rows. */
async function writeTable({ table, batches }, formats, folder) {
  const writers = [];
  try {
    for (const format of formats) {
      const file = fileName(table.name, format);
      writers.push({ file, ...(await work(file, () => WRITERS[format].create(join(folder, file), table))) });
    }
    let rows = 0;
    for await (const chunk of chunksOf(table, batches)) {
      for (const { file, write } of writers) await work(file, () => write(chunk));
      rows += chunk[0].length;
    }
    for (const { file, finish } of writers) await work(file, finish);
    return rows;
  } catch (error) {
    for (const { close } of writers) close();
    throw error;
  }
}

/** A new folder within `out`, with a function that removes it. It is removed too if the process ends before. */
async function createPartFolder(out) {
  // Absolute, since DuckDB reads a relative path such as `~/a` or `sqlite:a` as another one.
  const folder = await mkdir(out, { recursive: true })
    .then(() => mkdtemp(resolve(out, ".part-")))
    .catch((cause) => {
      throw new UsageError(`The folder cannot be written: ${cause.message}`, { cause });
    });
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.on("exit", removeNow);
  const remove = () => {
    removeNow();
    process.off("exit", removeNow);
  };
  return { folder, remove };
}

/**
 * Exports tables into `out`. After an error, its files are as they were.
 *
 * @param {string} out The folder; created if it does not exist.
 * @param {readonly string[]} formats
 * @param {readonly { name: string, open: () => { table: object, batches: AsyncIterable<object> } | Promise<object> }[]} sources The
 *   name of each table, and a function that starts to read its rows. It is called once the files are known to be writable, so that
 *   hours of work are not lost.
 * @param {AbortSignal} signal
 * @returns {Promise<{ table: string, rows: number, files: string[] }[]>}
 */
export async function exportTables(out, formats, sources, signal) {
  const { folder, remove } = await createPartFolder(out);
  try {
    const tables = sources.map(({ name }) => ({ table: name, files: formats.map((format) => fileName(name, format)) }));
    const files = tables.flatMap(({ files }) => files);
    checkNames(files, out);
    const rows = [];
    for (const { open } of sources) rows.push(await writeTable(await open(), formats, folder));
    signal.throwIfAborted();
    publishFiles(files, folder, out);
    return tables.map(({ table, files }, index) => ({ table, rows: rows[index], files }));
  } finally {
    remove();
  }
}
