/** The registrations of a sender name and the details that they require: page "Описание параметров". */

import { ServiceError } from "./errors.js";
import { readFlag } from "./parameters.js";

/** The registrations that `add` and `chg` accept. */
export const REGISTRATIONS = [
  "mts_step",
  "sber_step",
  "tele2",
  "motiv",
  "mega_step",
  "bee_step",
  "motiv_step",
  "winmob_step",
  "volnamob_step",
  "tele2_step",
  "ua_reg",
  "ua_int",
  "by_reg",
  "by_int",
];

/** Every operator key of a response, in the order of the JSON sample. */
export const OPERATORS_JSON = [
  "mega_step",
  "mega_int",
  "bee_step",
  "motiv",
  "motiv_step",
  "motiv_int",
  "sber_step",
  "sber_int",
  "winmob_step",
  "volnamob_step",
  "mts_step",
  "mts_int",
  "tele2_step",
  "tele2",
  "tele2_int",
  "ua_reg",
  "ua_int",
  "by_reg",
  "by_int",
];

/** The same keys in the order of the fmt=0 and XML samples. */
export const OPERATORS_TEXT = [
  "mega_step",
  "bee_step",
  "motiv_step",
  "sber_step",
  "winmob_step",
  "volnamob_step",
  "mts_step",
  "tele2_step",
  "tele2",
  "ua_reg",
  "ua_int",
  "mega_int",
  "motiv_int",
  "mts_int",
  "motiv",
  "by_reg",
  "by_int",
  "tele2_int",
  "sber_int",
];

const UKRAINE = ["fio", "inn", "site", "email", "address", "desc", "subj"];
const BELARUS = ["by_fio", "by_inn", "by_address", "by_ocup", "by_type", "by_mes", "by_site"];

/** @type {Record<string, string[]>} */
const DETAILS = { ua_reg: UKRAINE, ua_int: UKRAINE, by_reg: BELARUS, by_int: BELARUS };

/** @type {Record<string, number>} Highest accepted value of the parameters that select an item of a numbered list. */
const MAX_CHOICE = { by_ocup: 19, by_type: 3 };

/**
 * Reads the registrations of a request and the details that they require.
 *
 * @param {Record<string, string>} parameters
 * @returns {{ keys: string[], details: Record<string, string> }}
 * @throws {ServiceError} Error 1 if a detail is missing or invalid.
 */
export function readRegistrations(parameters) {
  const keys = REGISTRATIONS.filter((key) => readFlag(parameters[key]));
  /** @type {Record<string, string>} */
  const details = {};
  for (const name of keys.flatMap((key) => DETAILS[key] ?? [])) {
    const value = parameters[name]?.trim() ?? "";
    const max = MAX_CHOICE[name];
    const isValid = max === undefined || (/^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= max);
    if (value === "" || !isValid) throw new ServiceError(1);
    details[name] = value;
  }
  return { keys, details };
}
