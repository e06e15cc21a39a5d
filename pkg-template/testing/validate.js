/** Validates values that a test passes: unknown keys, wrong types, values out of range. Errors name the path of the value. */

import { nearestName } from "../runtime/nearest-name.js";
import { isByteArray, isKind } from "./bytes.js";

/**
 * Throws a TypeError if a value is not accepted.
 *
 * @typedef {(value: unknown, path: string) => void} Check
 */

/**
 * @param {string} path
 * @param {unknown} value
 * @param {string} accepted What to pass.
 * @returns {never}
 */
function reject(path, value, accepted) {
  throw new TypeError(`Invalid \`${path}\`: ${describe(value)}. Pass ${accepted}.`);
}

/**
 * A value in a few words.
 *
 * @param {unknown} value
 * @returns {string}
 */
export function describe(value) {
  if (typeof value === "string") return value.length > 40 ? `"${value.slice(0, 40)}…"` : `"${value}"`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return "an array";
  if (!isKind(value, "Date")) return "an object";
  return Number.isNaN(Number(value)) ? "an invalid Date" : "a Date";
}

/**
 * @param {number} min
 * @param {number} max
 * @param {string} [unit] Follows the range in the message.
 * @returns {Check}
 */
export const integer =
  (min, max, unit = "") =>
  (value, path) => {
    if (Number.isInteger(value) && Number(value) >= min && Number(value) <= max) return;
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    reject(path, value, `an integer ${range}${unit}`);
  };

/**
 * A count; `Infinity` is accepted.
 *
 * @type {Check}
 */
export function count(value, path) {
  if (value !== Number.POSITIVE_INFINITY && !(Number.isInteger(value) && Number(value) >= 1)) {
    reject(path, value, "an integer of at least 1, or Infinity");
  }
}

/** @type {Check} */
export function duration(value, path) {
  const isDuration = typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY;
  if (!isDuration) reject(path, value, "milliseconds, 0 or more");
}

/**
 * A time of the emulator's clock.
 *
 * @type {Check}
 */
export function time(value, path) {
  if (typeof value !== "number" || !(Math.abs(value) <= 8.64e15)) reject(path, value, "Unix milliseconds");
}

/** @type {Check} */
export function timeOrDate(value, path) {
  if (typeof value !== "number" && !isKind(value, "Date")) reject(path, value, "Unix milliseconds or a Date");
  if (!(Math.abs(Number(value)) <= 8.64e15)) reject(path, value, "Unix milliseconds or a Date");
}

/** @type {Check} */
export function timeOrText(value, path) {
  if (typeof value !== "string" && typeof value !== "number") reject(path, value, "Unix milliseconds or a text");
  if (typeof value === "number") time(value, path);
}

/**
 * @param {string} accepted
 * @returns {Check}
 */
export const flag = (accepted) => (value, path) => {
  if (typeof value !== "boolean") reject(path, value, accepted);
};

export const boolean = flag("true or false");

/** @type {Check} */
export function text(value, path) {
  if (typeof value !== "string") reject(path, value, "a string");
}

/**
 * @param {RegExp} pattern
 * @param {string} accepted
 * @returns {Check}
 */
export const textLike = (pattern, accepted) => (value, path) => {
  if (typeof value !== "string" || !pattern.test(value)) reject(path, value, accepted);
};

/**
 * @param {readonly string[]} words
 * @returns {Check}
 */
export const oneOf = (words) => (value, path) => {
  if (typeof value !== "string" || !words.includes(value)) reject(path, value, `one of "${words.join('", "')}"`);
};

/** @type {Check} */
export function callback(value, path) {
  if (typeof value !== "function") reject(path, value, "a function");
}

/** @type {Check} */
export function promise(value, path) {
  const isThenable = typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
  if (!isThenable) reject(path, value, "a promise");
}

/**
 * Bytes, a text, or a function that returns them.
 *
 * @type {Check}
 */
export function content(value, path) {
  const isContent = typeof value === "string" || typeof value === "function" || isByteArray(value);
  if (!isContent) reject(path, value, "a string, a Uint8Array or a function");
}

/**
 * An array, or a value of another type.
 *
 * @param {Check} array
 * @param {Check} other
 * @returns {Check}
 */
export const arrayOr = (array, other) => (value, path) => (Array.isArray(value) ? array : other)(value, path);

/**
 * An object, or a value of another type.
 *
 * @param {Check} object
 * @param {Check} other
 * @returns {Check}
 */
export const objectOr = (object, other) => (value, path) =>
  (typeof value === "object" && value !== null ? object : other)(value, path);

/**
 * An object with any keys.
 *
 * @param {Check} [check] Accepts each value.
 * @returns {Check}
 */
export const record =
  (check = () => {}) =>
  (value, path) => {
    for (const [key, item] of Object.entries(requireObject(value, path))) check(item, `${path}.${key}`);
  };

/**
 * @param {Check} check Accepts each item.
 * @returns {Check}
 */
export const list = (check) => (value, path) => {
  if (!Array.isArray(value)) reject(path, value, "an array");
  for (let index = 0; index < value.length; index++) check(value[index], `${path}[${index}]`);
};

/**
 * An object with known keys. A key whose value is `undefined` counts as missing.
 *
 * @param {Record<string, Check>} fields
 * @param {{ required?: readonly string[], serviceNames?: Record<string, string> }} [options] `serviceNames`: the service's names that
 *   differ from the known key for which they stand.
 * @returns {Check}
 */
export const object = (fields, { required = [], serviceNames = {} } = {}) => {
  const known = Object.keys(fields);
  return (value, path) => {
    const given = requireObject(value, path);
    for (const [key, item] of Object.entries(given)) {
      const at = path === "" ? key : `${path}.${key}`;
      const check = Object.hasOwn(fields, key) ? fields[key] : undefined;
      if (check && item !== undefined) check(item, at);
      if (!check && item !== undefined) {
        const nearest = Object.hasOwn(serviceNames, key) ? serviceNames[key] : nearestName(key, known);
        const others = known.includes("extra")
          ? "Fields of the service that have no name here belong into `extra`."
          : `Known keys: \`${known.join("`, `")}\`.`;
        throw new TypeError(`Unknown key \`${at}\`. ${nearest ? `Did you mean \`${nearest}\`?` : others}`);
      }
    }
    requireKeys(given, path, required);
  };
};

/**
 * @param {object} value
 * @param {string} path
 * @param {readonly string[]} keys
 * @throws {TypeError} If a key is missing.
 */
export function requireKeys(value, path, keys) {
  const missing = keys.find((key) => /** @type {Record<string, unknown>} */ (value)[key] === undefined);
  if (missing !== undefined) throw new TypeError(`Missing key \`${path}.${missing}\`.`);
}

/**
 * @param {unknown} value
 * @param {string} path
 * @returns {Record<string, unknown>}
 */
function requireObject(value, path) {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject) reject(path === "" ? "seed" : path, value, "an object");
  return /** @type {Record<string, unknown>} */ (value);
}

/**
 * A copy without the keys whose value is `undefined`.
 *
 * @template {object} T
 * @param {T} given
 * @returns {{ [K in keyof T]?: Exclude<T[K], undefined> }}
 */
export const withoutUndefined = (given) =>
  /** @type {any} */ (Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
