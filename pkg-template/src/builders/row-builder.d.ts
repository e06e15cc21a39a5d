/**
 * A row of a CSV file: an object with the columns' names as keys if the file has a header, otherwise the list of the values.
 * A missing value leaves its column out, and surplus values are a list under `__extra`. If columns have the same name, the second
 * is `name_2`.
 */
export type TaskRow = Record<string, string> | string[];
/**
 * Adds `count` rows of `fields` fields each. The fields are consecutive in the text; their ends are in `ends` from `field` on,
 * counted from `base`.
 */
export type RowBuilder = (text: string, ends: Uint32Array, field: number, base: number, fields: number, count: number, rows: TaskRow[]) => void;
/** A builder of rows that have a value for each of the columns. */
export declare function rowBuilder(columns: readonly string[]): RowBuilder;
/** Builds lists of values. */
export declare const listBuilder: RowBuilder;
/** A builder of rows with any number of values. */
export declare const raggedRowBuilder: (columns: readonly string[]) => RowBuilder;
/** Sets a property of the object itself: to assign `__proto__` would change its prototype. */
export declare function setOwn(object: Record<string, unknown>, key: string, value: unknown): void;
