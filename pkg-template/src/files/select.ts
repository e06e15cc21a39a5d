import { SmscError } from "../runtime/errors.js";

/** The names of the selected columns, each once. */
export function selected(select: unknown, endpoint: string | undefined): string[] | undefined {
  if (select === undefined) return undefined;
  if (Array.isArray(select) && select.every((name) => typeof name === "string")) return [...new Set<string>(select)];
  const message = "`select` takes a list of names of columns";
  throw SmscError.create({
    code: "invalid_parameter",
    message,
    ...(endpoint !== undefined && { endpoint }),
    parameter: "select",
  });
}
