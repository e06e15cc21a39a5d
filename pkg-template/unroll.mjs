// The functions that make rows of a file with a header, unrolled: makers.ts.
//
// A row is made fastest where each column's name has a place of its own in the code, which the engine can remember it by: a
// loop over the columns takes more than twice as long. Made for one file, such a function would be the work of `eval`, which
// Workers and strict pages forbid; so there is one for all of them, in which a column that a file does not have is skipped.
// Since what an engine remembers belongs to the code, a function serves one set of columns, and there are a few of the same.
const columns = 32;
const copies = 4;

const each = (text, by = "") => Array.from({ length: columns }, (_, at) => text.replaceAll("$", at)).join(by);

const maker = `(columns: readonly string[]): Make => {
  const { length } = columns;
  const [${each("k$", ",")}] = columns;
  function Row(this: any, text: string, ends: Uint32Array, field: number, base: number, from: number) {
    ${each("if (length > $) this[k$ as string] = text.slice(from, (from = (ends[field + $] as number) - base));\n")}
  }
  // A plain object: only the way to make it is a constructor's.
  Row.prototype = Object.prototype;
  return (text, ends, field, base, _, count, rows) => {
    for (let from = 0; count > 0; count--) {
      rows.push(new (Row as any)(text, ends, field, base, from));
      field += length;
      from = (ends[field - 1] as number) - base;
    }
  };
}`;

/** The text of makers.ts. */
export const makers = `import type { Make } from "./row-maker.js";
/** More columns than this have no place in the makers. */
export const mostColumns = ${columns};
/** Each makes the function for one set of columns. */
export const makers = [${`${maker},\n`.repeat(copies)}];
`;
