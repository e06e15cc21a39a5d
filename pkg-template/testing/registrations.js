/** The registrations of a sender name and the details that they require: page "Описание параметров". */

import { ServiceError } from "./errors.js";
import { readFlag } from "./parameters.js";
import { DETAIL_PARAMETERS, wireName } from "./wire.js";

/** @import { EmulatorOperatorKey, EmulatorSender } from "./types.js" */

/** @type {EmulatorOperatorKey[]} The registrations that `add` and `chg` accept. */
const REGISTRATIONS = [
  "mtsStep",
  "sberStep",
  "tele2",
  "motiv",
  "megaStep",
  "beeStep",
  "motivStep",
  "winmobStep",
  "volnamobStep",
  "tele2Step",
  "uaReg",
  "uaInt",
  "byReg",
  "byInt",
];

/** @type {EmulatorOperatorKey[]} Every operator of a response, in the order of the JSON sample. */
export const OPERATORS_JSON = [
  "megaStep",
  "megaInt",
  "beeStep",
  "motiv",
  "motivStep",
  "motivInt",
  "sberStep",
  "sberInt",
  "winmobStep",
  "volnamobStep",
  "mtsStep",
  "mtsInt",
  "tele2Step",
  "tele2",
  "tele2Int",
  "uaReg",
  "uaInt",
  "byReg",
  "byInt",
];

/** @type {EmulatorOperatorKey[]} The same operators in the order of the fmt=0 and XML samples. */
export const OPERATORS_TEXT = [
  "megaStep",
  "beeStep",
  "motivStep",
  "sberStep",
  "winmobStep",
  "volnamobStep",
  "mtsStep",
  "tele2Step",
  "tele2",
  "uaReg",
  "uaInt",
  "megaInt",
  "motivInt",
  "mtsInt",
  "motiv",
  "byReg",
  "byInt",
  "tele2Int",
  "sberInt",
];

/** @type {Partial<Record<EmulatorOperatorKey, "ukraine" | "belarus">>} Countries whose registrations require details. */
const COUNTRIES = { uaReg: "ukraine", uaInt: "ukraine", byReg: "belarus", byInt: "belarus" };

/** @type {Record<string, number>} Highest accepted value of the details that select an item of a numbered list. */
const MAX_CHOICE = { occupation: 19, mailingType: 3 };

/**
 * Reads the registrations of a request and the details that they require.
 *
 * @param {Record<string, string>} parameters
 * @returns {{ keys: EmulatorOperatorKey[], details: EmulatorSender["details"] }}
 * @throws {ServiceError} Error 1 if a detail is missing or invalid.
 */
export function readRegistrations(parameters) {
  const keys = REGISTRATIONS.filter((key) => readFlag(parameters[wireName(key)]));
  /** @type {Record<string, Record<string, string>>} */
  const details = {};
  for (const country of keys.flatMap((key) => COUNTRIES[key] ?? [])) {
    details[country] = readDetails(parameters, DETAIL_PARAMETERS[country]);
  }
  return { keys, details };
}

/**
 * @param {Record<string, string>} parameters
 * @param {Record<string, string>} names Parameter of each detail.
 * @returns {Record<string, string>}
 */
function readDetails(parameters, names) {
  /** @type {Record<string, string>} */
  const details = {};
  for (const [detail, name] of Object.entries(names)) {
    const value = parameters[name]?.trim() ?? "";
    const max = MAX_CHOICE[detail];
    const isValid = max === undefined || (/^\d{1,2}$/.test(value) && Number(value) >= 1 && Number(value) <= max);
    if (value === "" || !isValid) throw new ServiceError(1);
    details[detail] = value;
  }
  return details;
}
