// The English texts. Each table is a separate constant, so that bundlers can omit those that are not used.
import type { CodeTables } from "./types.js";

/** Meanings of `status` of a message, by its code. */
export const messageStatuses: CodeTables["messageStatuses"] = Object.freeze({
  [-3]: "not found",
  [-2]: "stopped",
  [-1]: "waiting to be sent",
  0: "handed to the operator",
  1: "delivered",
  2: "read",
  3: "expired",
  4: "link clicked",
  20: "cannot be delivered",
  22: "wrong number",
  23: "forbidden",
  24: "not enough money",
  25: "number unreachable",
});

/** Meanings of `err` of a message, by its code: why the message was not delivered. */
export const deliveryErrors: CodeTables["deliveryErrors"] = Object.freeze({
  0: "none",
  1: "subscriber does not exist",
  6: "subscriber offline",
  11: "no SMS service",
  12: "phone or SIM error",
  13: "subscriber blocked",
  21: "service not supported",
  200: "virtual sending",
  219: "SIM replaced",
  220: "operator's queue overflow",
  240: "busy",
  241: "voice conversion error",
  242: "answering machine",
  245: "no status received",
  246: "time limit",
  247: "daily limit",
  248: "routing error",
  249: "wrong number",
  250: "number forbidden by settings",
  251: "limit per number",
  252: "number forbidden",
  253: "spam filter",
  254: "sender not registered",
  255: "rejected by the operator",
});

/** Meanings of `type` of a message, by its code. */
export const messageTypes: CodeTables["messageTypes"] = Object.freeze({
  0: "SMS",
  1: "flash",
  2: "binary",
  3: "WAP push",
  4: "HLR",
  5: "ping",
  6: "MMS",
  7: "call",
  8: "e-mail",
  10: "Viber",
  12: "social networks",
});

/** Meanings of `status` of a sender name, by its code. */
export const senderStatuses: CodeTables["senderStatuses"] = Object.freeze({
  0: "awaits moderation",
  1: "approved",
  2: "switched off",
});

/** Meanings of the status of a sender name at an operator, by its code. */
export const operatorStatuses: CodeTables["operatorStatuses"] = Object.freeze({
  0: "awaits registration",
  1: "sent for registration",
  2: "approved",
  3: "refused",
  4: "temporarily off",
  5: "not enough money",
  8: "documents needed",
  9: "active from the start of the month",
  255: "approved, marked for removal",
});

/** Meanings of `status` of a document for the operators, by its code. */
export const fileStatuses: CodeTables["fileStatuses"] = Object.freeze({
  0: "being checked",
  1: "rejected",
  2: "approved",
});

/** Meanings of `status` of a deferred task, by its code. */
export const taskStatuses: CodeTables["taskStatuses"] = Object.freeze({
  0: "waiting",
  1: "running",
  2: "done",
  3: "cancelled",
  4: "failed",
});

/** Names of operators and of countries' tariffs, by the keys of `operators` and `registrations`. */
export const operatorNames: CodeTables["operatorNames"] = Object.freeze({
  megaStep: "MegaFon, paid name",
  megaInt: "MegaFon, international traffic",
  beeStep: "Beeline, paid name",
  motiv: "MOTIV, tariff with free names",
  motivStep: "MOTIV, paid name",
  motivInt: "MOTIV, international traffic",
  sberStep: "SberMobile, free name",
  sberInt: "SberMobile, international traffic",
  winmobStep: "Win-Mobile, paid name",
  volnamobStep: "Volna mobile, paid name",
  mtsStep: "MTS, paid name",
  mtsInt: "MTS, international traffic",
  tele2Step: "Tele2, paid name",
  tele2: "Tele2, tariff with free names",
  tele2Int: "Tele2, international traffic",
  uaReg: "Ukraine, national tariff",
  uaInt: "Ukraine, international tariff",
  byReg: "Belarus, national tariff",
  byInt: "Belarus, international tariff",
});

/** All codes in English. */
export const en: CodeTables = Object.freeze({
  messageStatuses,
  deliveryErrors,
  messageTypes,
  senderStatuses,
  operatorStatuses,
  fileStatuses,
  taskStatuses,
  operatorNames,
});
