/** What a sender name can be registered for, and what each registration asks for: page "Описание параметров". */

import { ServiceError } from "./errors.js";
import { readFlag } from "./parameters.js";

/** The registrations that `add` and `chg` take. */
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

/** Every operator key of a reply, in the order of the JSON sample. */
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

/** The same keys in the order of the samples of fmt=0 and XML, which is another one. */
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

/** @type {Record<string, number>} Highest number of the lists that these two choose from. */
const CHOICES = { by_ocup: 19, by_type: 3 };

/**
 * The registrations that a request asks for, with the details that they need. A missing detail is error 1.
 *
 * @param {Record<string, string>} parameters
 * @returns {{ keys: string[], details: Record<string, string> }}
 */
export function readRegistrations(parameters) {
  const keys = REGISTRATIONS.filter((key) => readFlag(parameters[key]));
  /** @type {Record<string, string>} */
  const details = {};
  for (const name of keys.flatMap((key) => DETAILS[key] ?? [])) {
    const value = parameters[name]?.trim() ?? "";
    const highest = CHOICES[name];
    const chosen = highest === undefined || (/^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= highest);
    if (value === "" || !chosen) throw new ServiceError(1);
    details[name] = value;
  }
  return { keys, details };
}
