// The headers that a user passes to `createClient`.

/** A name as an error message shows it. A caller may swap names and values, so that what may be a key is not shown. */
function shown(name: string): string {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return "a name that HTTP does not permit";
  if (name.length > 40) return "a long name";
  return name.length > 16 && /\d/.test(name) ? "a name with digits" : JSON.stringify(name);
}

/** The names and values of a `Headers` of any realm, a list of pairs or an object, as they are now. Throws for other values. */
export function pairsOf(value: unknown): unknown[][] {
  if (typeof value !== "object" || value === null) throw new TypeError("not headers");
  const { forEach, get } = value as Headers;
  const pairs: unknown[][] = [];
  if (typeof forEach === "function" && typeof get === "function") {
    (value as Headers).forEach((text, name) => {
      pairs.push([name, text]);
    });
  } else if (Symbol.iterator in value) {
    for (const pair of value as Iterable<unknown>) {
      if (typeof pair !== "object" || pair === null) throw new TypeError("not a pair");
      pairs.push(Array.from(pair as ArrayLike<unknown> | Iterable<unknown>));
    }
  } else pairs.push(...Object.entries(value));
  return pairs;
}

/** The headers as one object, or a text that describes the fault. It shows no value, which may be a secret. */
export function readHeaders(value: unknown): Record<string, string> | string {
  const expected = "`headers` takes a `Headers`, an object, or a list of pairs";
  try {
    const headers = new Headers();
    for (const [name, text, ...rest] of pairsOf(value)) {
      if (typeof name !== "string" || rest.length > 0) return expected;
      if (typeof text !== "string") return `\`headers\` takes a text for ${shown(name)}`;
      try {
        headers.append(name, text);
      } catch {
        return `\`headers\` takes names and values that HTTP permits: not those of ${shown(name)}`;
      }
    }
    // The type of the body is that of this client's form.
    headers.delete("content-type");
    return Object.fromEntries(headers);
  } catch {
    return expected;
  }
}
