import { mismatch } from "../runtime/option-errors.js";

/** A text that names an account, so that it must not be empty. */
export function readAccountName(parameter: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  const hint = "All clients of the account use the same one";
  const got = value === "" ? { got: "an empty text" } : {};
  throw mismatch(parameter, "a text that identifies the account", value, { ...got, hint });
}
