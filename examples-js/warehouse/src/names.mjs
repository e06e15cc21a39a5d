/** Names, texts and paths in SQL. */
import { resolve } from "node:path";

export const quoteName = (name) => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text) => `'${text.replaceAll("'", "''")}'`;

/** An absolute path. DuckDB reads a relative one such as `~/a` or `sqlite:a` as another place or another kind of database. */
export const quotePath = (path) => quoteText(resolve(path));

/** A path for functions that take patterns, such as `read_parquet`. In a pattern, `[*]` is the character `*`. */
export const quotePattern = (path) => quotePath(path).replace(/[*?[]/g, "[$&]");
