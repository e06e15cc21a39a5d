import { COLUMN_NUMBERS } from "../core-constants.js";
import { setOwn } from "./row-builder.js";
import { asciiSlicer, type TextSlicer, textSlicer } from "./text-slicer.js";

/** Rows by columns. */
export interface ColumnBatch<C = Record<string, string[] | Float64Array>> {
  /** The number of rows. */
  length: number;
  /** For each column, the values of all rows. */
  columns: C;
}

/** Columns of texts. */
export type Columns<Name extends string> = { [K in Name]: string[] };

/** The numbers of a column, as src/web/column_table.rs lists them. */
type ColumnNumbers = [kind: number, values: number, text: number, ends: number, distinct: number];

/** The kinds of columns; UTF-16 has the number 0. */
const NUMBERS = 1;
const ASCII = 2;

/** One string is made for so many UTF-16 units: a value that is kept holds little memory. */
const GROUP_UNITS = 4096;

/** Makes the batch that the numbers at that address describe. */
export function columnBatch(memory: WebAssembly.Memory, address: number, names: readonly string[]): ColumnBatch {
  const [length, count] = new Uint32Array(memory.buffer, address, 2) as unknown as [number, number];
  const table = new Uint32Array(memory.buffer, address + 8, count * (COLUMN_NUMBERS satisfies ColumnNumbers["length"]));
  const columns: ColumnBatch["columns"] = {};
  for (let index = 0; index < count; index++) {
    const column = table.subarray(index * COLUMN_NUMBERS) as Iterable<number> as ColumnNumbers;
    const [kind, values, text, ends, distinct] = column;
    const slicer = kind === ASCII ? asciiSlicer : textSlicer;
    const items =
      kind === NUMBERS
        ? new Float64Array(memory.buffer, values, length).slice()
        : texts(
            new Uint32Array(memory.buffer, values, length),
            slicer(memory, text),
            new Uint32Array(memory.buffer, ends, distinct),
          );
    setOwn(columns, names[index] as string, items);
  }
  return { length, columns };
}

/** The texts of all rows. Each different text is created once. */
function texts(codes: Uint32Array, slice: TextSlicer, ends: Uint32Array): string[] {
  const distinct: string[] = new Array(ends.length);
  for (let start = 0, index = 0; index < ends.length; ) {
    const first = index;
    while (++index < ends.length && (ends[index - 1] as number) - start < GROUP_UNITS);
    const groupEnd = ends[index - 1] as number;
    const group = slice(start, groupEnd);
    let at = 0;
    for (let i = first; i < index; i++) {
      const end = (ends[i] as number) - start;
      distinct[i] = group.slice(at, end);
      at = end;
    }
    start = groupEnd;
  }
  // All are different, and in order.
  if (distinct.length === codes.length) return distinct;
  const values: string[] = new Array(codes.length);
  for (let row = 0; row < codes.length; row++) values[row] = distinct[codes[row] as number] as string;
  return values;
}
