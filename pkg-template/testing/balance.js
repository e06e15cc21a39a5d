/** `balance.php`: the balance, and with `cur=1` its currency. */

import { jsonObject, xmlElement } from "./formats.js";
import { readFlag } from "./parameters.js";

/** @import { Call } from "./service.js" */

/**
 * @param {Call} call
 * @returns {string}
 */
export function balance({ parameters, account, fmt }) {
  const withCurrency = readFlag(parameters.cur);
  const row = {
    balance: account.balance,
    ...(withCurrency ? { currency: account.currency } : {}),
    ...(account.credit === undefined ? {} : { credit: account.credit }),
  };
  if (fmt === 3) return jsonObject(row);
  if (fmt === 2) return withCurrency ? xmlElement("result", row) : `<balance>${account.balance}</balance>`;
  return Object.values(row).join(fmt === 1 ? "," : " ");
}
