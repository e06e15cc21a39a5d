/** The checks of what the limiters are created with. */
import { SmscError } from "../runtime/errors.js";

/** An argument that a limiter rejects. */
export function invalidOption(parameter: string, message: string): SmscError {
  return SmscError.create({ code: "invalid_option", message, parameter });
}

/** A text that names an account, so that it must not be empty. */
export function readName(parameter: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  const given = value === "" ? "an empty text was given" : `${kindOf(value)} was given`;
  throw invalidOption(
    parameter,
    `\`${parameter}\` takes a text that identifies the account: ${given}. All its clients use the same one`,
  );
}

/** A value in a message, without its contents. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
