/** The meaning of each code of a list. A code that is not in it has none that the service documents. */
export type CodeTable = Readonly<Record<number, string>>;

/** `status` of a message. */
export const messageStatuses: CodeTable = Object.freeze({
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

/** `err` of a message: why it was not delivered. */
export const deliveryErrors: CodeTable = Object.freeze({
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

/** `type` of a message. */
export const messageTypes: CodeTable = Object.freeze({
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

/** `status` of a sender name. */
export const senderStatuses: CodeTable = Object.freeze({
  0: "awaits moderation",
  1: "admitted",
  2: "switched off",
});

/** Status of a sender name at an operator. */
export const operatorStatuses: CodeTable = Object.freeze({
  0: "awaits registration",
  1: "sent for registration",
  2: "admitted",
  3: "refused",
  4: "temporarily off",
  5: "not enough money",
  8: "documents needed",
  9: "active from the start of the month",
  255: "admitted, marked for removal",
});

/** `status` of a deferred task. */
export const taskStatuses: CodeTable = Object.freeze({
  0: "waiting",
  1: "running",
  2: "done",
  3: "cancelled",
  4: "failed",
});
