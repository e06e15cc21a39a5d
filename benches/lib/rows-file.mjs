import { closeSync, existsSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { encode, header, makeRows } from "../csv/rows.mjs";

/** The path of a file with generated rows, which is written once. */
export function rowsFile(folder, megabytes, encoding) {
  const path = join(folder, `rows-${megabytes}-${encoding}.csv`);
  const minimum = megabytes * 1e6;
  if (existsSync(path) && statSync(path).size >= minimum) return path;
  const block = encode(makeRows(4_000_000), encoding);
  const handle = openSync(path, "w");
  let size = writeSync(handle, encode(header, encoding));
  while (size < minimum) size += writeSync(handle, block);
  closeSync(handle);
  return path;
}
