import { pairsOf } from "../runtime/headers.js";
import { orUndefined } from "../runtime/user-values.js";

/**
 * The options, each of which is read once, when the core first asks for it: own or inherited, from an object of any class. A client
 * that is created anew gets the same values, however the object changed meanwhile.
 */
export function readOnce<T>(options: T): T {
  // Anything else is left for the core to reject.
  if (typeof options !== "object" || options === null || orUndefined(() => Array.isArray(options))) return options;
  const values = new Map<PropertyKey, unknown>();
  const read = (_: unknown, name: PropertyKey): unknown => {
    if (!values.has(name)) values.set(name, fixed(name, options[name as keyof typeof options]));
    return values.get(name);
  };
  let keys: string[] | undefined;
  const ownKeys = () => {
    keys ??= Object.keys(options);
    return keys;
  };
  // Not a proxy of the options themselves, since the values of a frozen object cannot be replaced.
  return new Proxy<T & object>({} as T & object, {
    get: read,
    ownKeys,
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
  });
}

/** The value of an option, with those parts that its owner could change. */
function fixed(name: PropertyKey, value: unknown): unknown {
  if (name === "headers" && value !== undefined && value !== null) return fixedHeaders(value);
  // A `URL` of this realm or another.
  if (name === "baseUrl" && typeof value === "object" && value !== null) return (value as URL).href ?? value;
  return value;
}

/** An iterator can be read once only, and what is not headers is left for the core to reject. */
function fixedHeaders(value: unknown): unknown {
  try {
    return pairsOf(value);
  } catch {
    return [[]];
  }
}
