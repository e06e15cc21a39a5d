import { SmscError } from "../runtime/errors.js";

/** The names of the selected columns, each once. */
export function selected(select: unknown, endpoint: string | undefined): string[] | undefined {
  if (select === undefined) return undefined;
  // The set has the holes of a list, which its own methods pass over.
  const names = Array.isArray(select) ? [...new Set<unknown>(select)] : [undefined];
  if (names.every((name) => typeof name === "string")) return names;
  const message = "`select` takes a list of names of columns";
  throw SmscError.create({
    code: "invalid_parameter",
    message,
    ...(endpoint !== undefined && { endpoint }),
    parameter: "select",
  });
}
