/** Copies of what a test passes, so that emulators of one seed share nothing. */

import { copyBytes, isByteArray } from "./bytes.js";

/**
 * A deep copy of plain objects, lists and bytes. Functions and streams stay as they are.
 *
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function copyDeep(value) {
  if (typeof value !== "object" || value === null) return value;
  if (isByteArray(value)) return /** @type {any} */ (copyBytes(value));
  if (Array.isArray(value)) return /** @type {any} */ (value.map(copyDeep));
  if (!isPlainObject(value)) return value;
  return /** @type {any} */ (Object.fromEntries(Object.entries(value).map(([key, field]) => [key, copyDeep(field)])));
}

/**
 * Whether an object is a literal, of any realm: its prototype is the last one.
 *
 * @param {object} value
 * @returns {boolean}
 */
function isPlainObject(value) {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
