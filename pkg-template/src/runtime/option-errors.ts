/** The errors for options that TypeScript validates, in the words of the core's src/api/input/error.rs. */
import { describe } from "./describe.js";
import { SmscError } from "./errors.js";

/** An option or argument that is rejected. */
export function invalidOption(parameter: string, message: string): SmscError {
  return SmscError.create({ code: "invalid_option", message, parameter });
}

/** The error for a value that is not what an option takes. `got` describes the value, and `hint` says what to do. */
export function mismatch(
  parameter: string,
  expected: string,
  value: unknown,
  { got = describe(value), hint = "" } = {},
): SmscError {
  const advice = hint && `. ${hint}`;
  return invalidOption(parameter, `\`${parameter}\` takes ${expected}, and got ${got}${advice}`);
}
