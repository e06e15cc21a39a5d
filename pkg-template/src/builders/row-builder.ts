import { MAX_COLUMNS, rowConstructors } from "./row-constructors.js";

/**
 * A row of a CSV file: an object with the columns' names as keys if the file has a header, otherwise the list of the values.
 * A missing value leaves its column out, and surplus values are a list under `__extra` (`__extra_2` if a column has that name). If
 * columns have the same name, the second is `name_2`.
 */
export type TaskRow = Record<string, string> | string[];

/** A row of a file: an object if `header` is `true`, a list if it is `false`, and either of them if the header is detected. */
export type RowOf<Header extends boolean | undefined> = [Header] extends [true]
  ? Record<string, string>
  : [Header] extends [false]
    ? string[]
    : TaskRow;

/**
 * Adds `count` rows of `fields` fields each. The fields are consecutive in the text; their ends are in `ends` from `field` on,
 * counted from `base`.
 */
export type RowBuilder = (
  text: string,
  ends: Uint32Array,
  field: number,
  base: number,
  fields: number,
  count: number,
  rows: TaskRow[],
) => void;

/** The constructors in use, by their columns. */
const builders = new Map<string, RowBuilder>();

/** A builder of rows that have a value for each of the columns. */
export function rowBuilder(columns: readonly string[]): RowBuilder {
  const key = JSON.stringify(columns);
  const known = builders.get(key);
  if (known) return known;
  const construct = rowConstructors[builders.size];
  // A property that every object inherits cannot be assigned: `__proto__` would change the row's prototype.
  const isUsual = columns.length <= MAX_COLUMNS && !columns.some((column) => column in {});
  if (!construct || !isUsual) return raggedRowBuilder(columns);
  // An object's own keys are strings that the engine has interned, which makes the assignment fast.
  const builder = construct(columns.map((column) => Object.keys({ [column]: 0 })[0] as string));
  builders.set(key, builder);
  return builder;
}

/** Builds lists of values. */
export const listBuilder: RowBuilder = (text, ends, field, base, fields, count, rows) => {
  for (let start = 0; count > 0; count--) {
    const row: string[] = [];
    for (let left = fields; left > 0; left--) {
      const end = (ends[field++] as number) - base;
      row.push(text.slice(start, end));
      start = end;
    }
    rows.push(row);
  }
};

/** A builder of rows with any number of values. */
export const raggedRowBuilder = (columns: readonly string[]): RowBuilder => {
  let surplus = "__extra";
  for (let number = 2; columns.includes(surplus); number++) surplus = `__extra_${number}`;
  return (text, ends, field, base, fields, count, rows) => {
    const lists: string[][] = [];
    listBuilder(text, ends, field, base, fields, count, lists);
    for (const values of lists) {
      const row: Record<string, string> = {};
      const known = Math.min(columns.length, values.length);
      for (let i = 0; i < known; i++) setOwn(row, columns[i] as string, values[i] as string);
      if (values.length > columns.length) setOwn(row, surplus, values.slice(columns.length));
      rows.push(row);
    }
  };
};

/** Sets a property of the object itself: to assign `__proto__` would change its prototype. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}
