// Values that may come from another realm, where `instanceof` does not recognize them.

import { orUndefined } from "./user-values.js";

/** A longer list is not read. */
const maxItems = 1_000_000;

/** The items of an array. */
export function itemsOf(value: unknown): unknown[] | undefined {
  return orUndefined(() => (Array.isArray(value) && value.length <= maxItems ? Array.from(value) : undefined));
}

/** Whether a value is an `ArrayBuffer`. */
export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}

/** The time of a `Date`, by its tag, as one of another realm is one too. */
export function timeOf(value: unknown): number | undefined {
  const isDate = () => Object.prototype.toString.call(value) === "[object Date]";
  return orUndefined(() => (isDate() ? Number((value as Date).getTime()) : undefined));
}
