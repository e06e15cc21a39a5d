// Values that other code threw, such as `fetch`: of any type and size.
import { ignoreRejection, orUndefined } from "./user-values.js";

/** A longer text is not shown. It is not cut, since a part of a secret at its end could not be recognized. */
const maxShownLength = 8_000;

/** Longer texts are not searched. */
const maxTextsLength = 1_000_000;

/** An error can refer to a socket, and thus to much of the process. */
const maxValues = 100_000;

/** A text, or its length if it is too long to show; `undefined` for any other value. */
export function shortText(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  return value.length <= maxShownLength ? value : `a text of ${value.length} characters`;
}

/** A thrown value in words, with its cause: `fetch failed` alone says nothing. */
export function describeThrown(thrown: unknown): string {
  const text = (value: unknown) => shortText(String(value));
  try {
    if (typeof thrown !== "object" || thrown === null) return text(thrown) as string;
    const { message, cause } = thrown as { message?: unknown; cause?: unknown };
    const own = text(typeof message === "string" && message !== "" ? message : ((thrown as Error).name ?? "Error"));
    const inner = cause as { message?: unknown; code?: unknown } | undefined;
    // The code of a proxy's rejection says nothing.
    const isProxy = typeof inner?.message === "string" && /proxy/i.test(inner.message);
    const deeper =
      inner && typeof inner === "object" ? (isProxy ? inner.message : (inner.code ?? inner.message)) : undefined;
    return deeper === undefined ? `${own}` : `${own} (${text(deeper)})`;
  } catch {
    return "a value that cannot be read";
  }
}

/**
 * All texts of a thrown value, however deep, to search them for secrets: also those in symbols, in the properties of functions, in bytes,
 * and in iterables such as `URLSearchParams`, whose content is in no property. `undefined` if they are too long to search.
 */
export function textsOf(thrown: unknown): string | undefined {
  const texts: string[] = [];
  let length = 0;
  const addText = (text: string): void => {
    length += text.length + 1;
    if (length <= maxTextsLength) texts.push(text);
  };
  // Iterating over a set includes the values that are added during the iteration.
  const values = new Set<unknown>();
  const add = (value: unknown): boolean => {
    if (values.size >= maxValues || length > maxTextsLength) return false;
    if (!isObject(value) && !values.has(value)) addText(String(value));
    values.add(value);
    return true;
  };
  add(thrown);
  for (const value of values) {
    if (length > maxTextsLength) return undefined;
    if (!isObject(value)) continue;
    // A getter, an iterator or a proxy that throws shows nothing.
    const bytes = orUndefined(() => bytesOf(value));
    if (bytes !== undefined) {
      if (bytes.byteLength > maxTextsLength) return undefined;
      orUndefined(() => addText(new TextDecoder().decode(bytes)));
      continue;
    }
    orUndefined(() => {
      for (const key of Reflect.ownKeys(value)) {
        // The getters of a prototype are meant for its instances.
        if (typeof value === "function" && key === "prototype") continue;
        if (!add(key)) break;
        orUndefined(() => add(readProperty(value, key)));
      }
    });
    if (typeof value === "function" || orUndefined(() => Array.isArray(value))) continue;
    // Some have their text in no property: a `URL`, a `String`.
    orUndefined(() => addText(String(value)));
    orUndefined(() => {
      const iterable = value as Partial<Iterable<unknown>>;
      const iterator = iterable[Symbol.iterator]?.();
      // An iterator is its own iterable: to iterate over it would use it up.
      if (iterator === undefined || iterator === value) return;
      for (const item of { [Symbol.iterator]: () => iterator }) if (!add(item)) break;
    });
  }
  return length > maxTextsLength ? undefined : texts.join("\n");
}

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";

/** By their tags, as a value may be of another realm. */
const tagOf = (value: unknown): string => Object.prototype.toString.call(value);

/** The value itself, if it consists of bytes. */
function bytesOf(value: object): ArrayBuffer | ArrayBufferView | undefined {
  if (ArrayBuffer.isView(value)) return value;
  return /^\[object (Shared)?ArrayBuffer\]$/.test(tagOf(value)) ? (value as ArrayBuffer) : undefined;
}

/** A property of an object. */
function readProperty(object: object, key: PropertyKey): unknown {
  const { get } = Reflect.getOwnPropertyDescriptor(object, key) ?? {};
  const value = (object as Record<PropertyKey, unknown>)[key];
  // No other code has the promise that a getter makes. Other values with a `then`, such as the query of a database, are not started.
  if (get && tagOf(value) === "[object Promise]") ignoreRejection(value);
  return value;
}
