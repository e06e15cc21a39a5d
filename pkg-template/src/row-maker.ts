import { makers, mostColumns } from "./makers.js";
import type { TaskRow } from "./rows.js";

/**
 * Adds rows, so many, that all have so many fields. These lie one behind the other in the text, and end where `ends` says
 * from `field` on, counted from `base`.
 */
export type Make = (
  text: string,
  ends: Uint32Array,
  field: number,
  base: number,
  fields: number,
  count: number,
  rows: TaskRow[],
) => void;

/** The makers that serve some columns already. */
const taken: { key: string; make: Make }[] = [];

/** Makes rows that have a value for each of the columns. */
export function makerOf(columns: readonly string[]): Make {
  const key = JSON.stringify(columns);
  const known = taken.find((one) => one.key === key);
  if (known) return known.make;
  const maker = makers[taken.length];
  // What every object has already cannot be set like the rest: `__proto__` would change the row's prototype.
  if (!maker || columns.length > mostColumns || columns.some((column) => column in {})) return byNames(columns);
  // An object's own keys are the texts that the engine knows as names: they are found without being read.
  const make = maker(columns.map((column) => Object.keys({ [column]: 0 })[0] as string));
  taken.push({ key, make });
  return make;
}

/** Makes lists of values. */
export const lists: Make = (text, ends, field, base, fields, count, rows) => {
  for (let from = 0; count > 0; count--) {
    const row: string[] = [];
    for (let left = fields; left > 0; left--) {
      const to = (ends[field++] as number) - base;
      row.push(text.slice(from, to));
      from = to;
    }
    rows.push(row);
  }
};

/** Makes rows whatever they have: a missing value leaves its column out, surplus ones are a list. */
export const byNames =
  (columns: readonly string[]): Make =>
  (text, ends, field, base, fields, count, rows) => {
    const found: string[][] = [];
    lists(text, ends, field, base, fields, count, found);
    for (const values of found) {
      const row: Record<string, string> = {};
      const known = Math.min(columns.length, values.length);
      for (let i = 0; i < known; i++) put(row, columns[i] as string, values[i] as string);
      if (values.length > columns.length) put(row, "__extra", values.slice(columns.length));
      rows.push(row);
    }
  };

/** `__proto__` is a column like any other: an assignment would change the row's prototype. */
export function put(row: Record<string, unknown>, column: string, value: unknown): void {
  if (column === "__proto__")
    Object.defineProperty(row, column, { value, enumerable: true, configurable: true, writable: true });
  else row[column] = value;
}
