import { orUndefined } from "./user-values.js";

/** A value in a few words, for a message. A text is not shown: it may be a secret. */
export function describe(value: unknown): string {
  if (typeof value === "string") return "a text";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (typeof value !== "object" || value === null) return String(value);
  if (isPromise(value)) return "a promise";
  return Array.isArray(value) ? "a list" : "an object";
}

/** Whether a value is a promise, which the caller forgot to await. */
export function isPromise(value: unknown): boolean {
  const isThenable = () => typeof (Object(value) as Partial<PromiseLike<unknown>>).then === "function";
  return typeof value === "object" && value !== null && orUndefined(isThenable) === true;
}
