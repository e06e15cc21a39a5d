// The constructors of rows, unrolled: the text of builders/row-constructors.ts.
//
// A row is built fastest if each column's name has its own place in the code, because engines cache a property by its place. A loop
// over the columns takes more than twice as long. A function generated for one file would need `eval`, which Workers and strict
// pages forbid, so one function serves all files and skips the columns that a file does not have. Because the cache belongs to the
// code, a function serves one set of columns, and there are a few copies.
const columns = 32;
const copies = 4;

const each = (text, by = "") => Array.from({ length: columns }, (_, at) => text.replaceAll("$", at)).join(by);

const rowConstructor = `(columns: readonly string[]): RowBuilder => {
  const { length } = columns;
  const [${each("k$", ",")}] = columns;
  function Row(this: any, text: string, ends: Uint32Array, field: number, base: number, start: number) {
    ${each("if (length > $) this[k$ as string] = text.slice(start, (start = (ends[field + $] as number) - base));\n")}
  }
  // Rows are plain objects, though a constructor makes them.
  Row.prototype = Object.prototype;
  return (text, ends, field, base, _, count, rows) => {
    for (let start = 0; count > 0; count--) {
      rows.push(new (Row as any)(text, ends, field, base, start));
      field += length;
      start = (ends[field - 1] as number) - base;
    }
  };
}`;

/** The text of row-constructors.ts. */
export const rowConstructors = `import type { RowBuilder } from "./row-builder.js";
/** The most columns that the constructors have places for. */
export const MAX_COLUMNS = ${columns};
/** Each makes a builder for one set of columns. */
export const rowConstructors = [${`${rowConstructor},\n`.repeat(copies)}];
`;
