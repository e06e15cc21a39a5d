/**
 * The lifecycle of a sender name: a moderator checks the name and its documents, then each operator checks the name. The service
 * does not document how long each step takes, so the emulator defines the times.
 */

import { withoutUndefined } from "./validate.js";

/** @import { EmulatorFile, EmulatorOperatorKey, EmulatorSender, Seed, SenderSeed } from "./types.js" */

const MINUTE = 60_000;

/** Duration of each step, in milliseconds of the emulator's clock. */
export const SENDER_TIMES = Object.freeze({
  /** From `add` to status 1. */
  moderation: 10 * MINUTE,
  /** From status 1, or from `chg`, until an operator's status changes from 0 to 1. */
  sentToOperator: 5 * MINUTE,
  /** From an operator's status 1 to 2. */
  approvedByOperator: 60 * MINUTE,
  /** From the upload of a document until it is approved. */
  document: 30 * MINUTE,
});

/**
 * A name that consists of digits is a phone number. Its owner confirms it with a code, without a moderator.
 *
 * @param {string} name
 * @returns {boolean}
 */
export const isDigital = (name) => /^\+?\d+$/.test(name);

/**
 * Adds default values for the missing fields of a sender name.
 *
 * @param {SenderSeed} given
 * @param {EmulatorSender[]} others
 * @param {number} now
 * @returns {EmulatorSender}
 */
export function completeSender(given, others, now) {
  /** @type {EmulatorSender} */
  const sender = {
    id: nextId(others),
    name: "",
    status: 0,
    comment: "",
    created: now,
    ...withoutUndefined(given),
    operators: withoutUndefined(given.operators ?? {}),
    substitutes: withoutUndefined(given.substitutes ?? {}),
    details: { ...given.details },
    files: (given.files ?? []).map(completeFile),
    due: [...(given.due ?? [])],
  };
  if (sender.name === "") sender.name = `NAME-${sender.id}`;
  if (given.due === undefined) scheduleEvents(sender, now);
  return sender;
}

/**
 * @param {Seed<EmulatorFile>} given
 * @param {number} index
 * @returns {EmulatorFile}
 */
const completeFile = (given, index) => ({
  name: `document-${index + 1}.pdf`,
  id: 5001 + index,
  status: 0,
  comment: "",
  size: 0,
  info: "",
  ...withoutUndefined(given),
});

/**
 * @param {{ id: number }[]} others
 * @param {number} first
 * @returns {number}
 */
export const nextId = (others, first = 70_001) => others.reduce((id, other) => Math.max(id, other.id + 1), first);

/**
 * Schedules all events that follow from the name's current state.
 *
 * @param {EmulatorSender} sender
 * @param {number} now
 */
function scheduleEvents(sender, now) {
  let approved = now;
  if (sender.status === 0) {
    if (isDigital(sender.name)) return;
    approved += SENDER_TIMES.moderation;
    sender.due.push({ at: approved, status: 1 });
  }
  for (const [operator, status] of operatorStatuses(sender)) scheduleOperator(sender, operator, status, approved);
  for (const { id, status } of sender.files) if (status === 0) scheduleDocument(sender, id, now);
}

/**
 * @param {EmulatorSender} sender
 * @param {EmulatorOperatorKey} operator
 * @param {number} status The operator's status at `from`; statuses other than 0 and 1 do not change.
 * @param {number} from
 */
function scheduleOperator(sender, operator, status, from) {
  let at = from;
  if (status === 0) {
    at += SENDER_TIMES.sentToOperator;
    sender.due.push({ at, operator, operatorStatus: 1 });
  }
  if (status !== 0 && status !== 1) return;
  sender.due.push({ at: at + SENDER_TIMES.approvedByOperator, operator, operatorStatus: 2 });
}

/**
 * Registers an existing name at operators. Skips operators that approved the name or are processing it.
 *
 * @param {EmulatorSender} sender
 * @param {EmulatorOperatorKey[]} keys
 * @param {number} now
 */
export function register(sender, keys, now) {
  const approval = sender.due.find((event) => event.status === 1);
  for (const key of keys) {
    if ([0, 1, 2].includes(sender.operators[key] ?? -1)) continue;
    setOperator(sender, key, 0, now);
    scheduleOperator(sender, key, 0, approval?.at ?? now);
  }
}

/**
 * Schedules the check of a new document. Operators that require a document (status 8) receive the name again.
 *
 * @param {EmulatorSender} sender
 * @param {number} fileId
 * @param {number} now
 */
export function scheduleDocument(sender, fileId, now) {
  const at = now + SENDER_TIMES.document;
  sender.due.push({ at, fileId, fileStatus: 2 });
  for (const [operator, status] of operatorStatuses(sender)) {
    if (status !== 8) continue;
    sender.due.push({ at, operator, operatorStatus: 1 });
    scheduleOperator(sender, operator, 1, at);
  }
}

/**
 * @param {EmulatorSender} sender
 * @returns {[EmulatorOperatorKey, number][]}
 */
const operatorStatuses = (sender) => /** @type {[EmulatorOperatorKey, number][]} */ (Object.entries(sender.operators));

/**
 * @param {EmulatorSender} sender
 * @param {EmulatorOperatorKey} operator
 * @param {number} status
 * @param {number} at
 */
function setOperator(sender, operator, status, at) {
  sender.operators[operator] = status;
  sender.changed = at;
}

/**
 * Applies the events that are due.
 *
 * @param {EmulatorSender} sender
 * @param {number} now
 */
export function advanceSender(sender, now) {
  if (!sender.due.some((event) => event.at <= now)) return;
  const events = sender.due.filter((event) => event.at <= now).sort((a, b) => a.at - b.at);
  sender.due = sender.due.filter((event) => event.at > now);
  for (const event of events) {
    if (event.status !== undefined) sender.status = event.status;
    if (event.operator !== undefined) setOperator(sender, event.operator, event.operatorStatus ?? 2, event.at);
    const file = sender.files.find((candidate) => candidate.id === event.fileId);
    if (file) file.status = event.fileStatus ?? 2;
  }
}
