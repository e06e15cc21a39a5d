/**
 * A user's value as JSON text for the core. What JSON cannot hold is marked, so that the core can say what it got: a
 * `Date` becomes `{ $date }`, a `bigint` `{ $bigint }`, anything else `{ $kind }`.
 */
export function toJson(value: unknown): string {
  try {
    return JSON.stringify(value, mark) ?? "null";
  } catch {
    return '{"$kind":"an object that cannot be read"}';
  }
}

function mark(this: unknown, key: string, made: unknown): unknown {
  const value = (this as Record<string, unknown>)[key];
  switch (typeof value) {
    case "bigint":
      return { $bigint: String(value) };
    case "number":
      return Number.isFinite(value) ? value : kind(String(value));
    case "function":
      return kind("a function");
    case "symbol":
      return kind("a symbol");
    case "object":
      // By its tag: a Date of another realm is a Date too.
      if (Object.prototype.toString.call(value) === "[object Date]") {
        const ms = Number(value);
        return { $date: Number.isNaN(ms) ? null : ms };
      }
      return made;
    default:
      return made;
  }
}

/** A value where a text has no place and may be a secret: no message shall quote it. */
export function discreet(value: unknown): unknown {
  return typeof value === "string" ? kind("a text") : value;
}

/** Marks what JSON cannot hold. */
export function kind(name: string): { $kind: string } {
  return { $kind: name };
}
