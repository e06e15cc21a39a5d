/** An error as a text for the user. */
import { isSmscError } from "smsc-wasm";
import { texts } from "./texts.ts";

/** The meaning in the chosen language; the details are the client's, in English, and the service's, in its own language. */
export function errorText(error: unknown): { readonly meaning: string; readonly details: string } {
  const { errors } = texts.value;
  if (!isSmscError(error)) return { meaning: errors.internal, details: String(error) };
  const known: Readonly<Record<string, string>> = errors;
  return { meaning: known[error.code] ?? errors.internal, details: error.apiMessage ?? error.message };
}

/** The error of the input whose parameter is `path`, or lies below it. */
export function errorAt(error: unknown, path: string): string | undefined {
  if (!isSmscError(error) || error.parameter === undefined) return undefined;
  const isThis =
    error.parameter === path || error.parameter.startsWith(`${path}.`) || error.parameter.startsWith(`${path}[`);
  return isThis ? error.message : undefined;
}
