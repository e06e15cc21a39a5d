// Generates builders/row-constructors.ts: unrolled constructors of rows.
//
// A row is built fastest if the code has a separate access site for each column's name, because engines cache a property per site. A
// loop over the columns takes more than twice as long. Workers and strict pages forbid `eval`, so the code cannot be generated for
// one file: a constructor handles all files and skips the columns that a file does not have. The cache belongs to the code, so each
// constructor handles one set of columns, and there are several copies.
const columns = 32;
const copies = 4;

/** Repeats a template for each column, with `$` as the column's index. */
const forEachColumn = (template, separator = "") =>
  Array.from({ length: columns }, (_, index) => template.replaceAll("$", index)).join(separator);

const rowConstructor = `(columns: readonly string[]): RowBuilder => {
  const { length } = columns;
  const [${forEachColumn("k$", ",")}] = columns;
  function Row(this: any, text: string, ends: Uint32Array, field: number, base: number, start: number) {
    ${forEachColumn("if (length > $) this[k$ as string] = text.slice(start, (start = (ends[field + $] as number) - base));\n")}
  }
  // Rows are plain objects, although a constructor creates them.
  Row.prototype = Object.prototype;
  return (text, ends, field, base, _, count, rows) => {
    for (let start = 0; count > 0; count--) {
      rows.push(new (Row as any)(text, ends, field, base, start));
      field += length;
      start = (ends[field - 1] as number) - base;
    }
  };
}`;

/** The source of row-constructors.ts. */
export const rowConstructors = `import type { RowBuilder } from "./row-builder.js";
/** Maximum number of columns of a row constructor. */
export const MAX_COLUMNS = ${columns};
/** Each function returns a builder for one set of columns. */
export const rowConstructors = [${`${rowConstructor},\n`.repeat(copies)}];
`;
