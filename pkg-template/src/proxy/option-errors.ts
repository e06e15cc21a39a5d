import { SmscError } from "../entries/index.js";

/** An option that `createProxy` rejects. */
export function invalidOption(parameter: string, message: string): SmscError {
  return SmscError.create({ code: "invalid_option", message, parameter });
}
