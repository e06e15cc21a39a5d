import { withEndpoint } from "../runtime/errors.js";
import { currentInstance } from "../runtime/instance.js";

/** Rejects an option that is not known, with the nearest name that is. */
export function checkNames(options: object, known: readonly string[], endpoint: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || known.includes(name)) continue;
    throw withEndpoint(
      currentInstance().enter((core) => core.unknownOption(name, [...known])),
      endpoint,
    );
  }
}
