/**
 * The lifecycle of a sender name: a moderator checks the name and its documents, then each operator checks the name. The service
 * does not document how long each step takes, so the emulator defines the times.
 */

/** @import { EmulatorSender, SenderEvent } from "./types.js" */

const MINUTE = 60_000;

/** Duration of each step, in milliseconds of the emulator's clock. */
export const SENDER_TIMES = Object.freeze({
  /** From `add` to status 1. */
  moderation: 10 * MINUTE,
  /** From status 1, or from `chg`, until an operator's status changes from 0 to 1. */
  sentToOperator: 5 * MINUTE,
  /** From an operator's status 1 to 2. */
  admittedByOperator: 60 * MINUTE,
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
 * @param {Partial<EmulatorSender>} given
 * @param {EmulatorSender[]} others
 * @param {number} now
 * @returns {EmulatorSender}
 */
export function completeSender(given, others, now) {
  /** @type {EmulatorSender} */
  const sender = {
    id: nextId(others),
    sender: "",
    status: 0,
    cmt: "",
    substitutes: {},
    details: {},
    created: now,
    ...given,
    operators: { ...given.operators },
    files: (given.files ?? []).map((file) => ({ ...file })),
    due: given.due ?? [],
  };
  if (sender.sender === "") sender.sender = `NAME-${sender.id}`;
  if (given.due === undefined) scheduleEvents(sender, now);
  return sender;
}

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
    if (isDigital(sender.sender)) return;
    approved += SENDER_TIMES.moderation;
    schedule(sender, { at: approved, status: 1 });
  }
  for (const [operator, code] of Object.entries(sender.operators)) scheduleOperator(sender, operator, code, approved);
  for (const { fid, fstatus } of sender.files) if (fstatus === 0) scheduleDocument(sender, fid, now);
}

/**
 * @param {EmulatorSender} sender
 * @param {string} operator
 * @param {number} code The operator's status at `from`; statuses other than 0 and 1 do not change.
 * @param {number} from
 */
function scheduleOperator(sender, operator, code, from) {
  let at = from;
  if (code === 0) {
    at += SENDER_TIMES.sentToOperator;
    schedule(sender, { at, operator, code: 1 });
  }
  if (code === 0 || code === 1) schedule(sender, { at: at + SENDER_TIMES.admittedByOperator, operator, code: 2 });
}

/**
 * Registers an existing name at operators. Skips operators that approved the name or are processing it.
 *
 * @param {EmulatorSender} sender
 * @param {string[]} keys
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
 * @param {number} fid
 * @param {number} now
 */
export function scheduleDocument(sender, fid, now) {
  const at = now + SENDER_TIMES.document;
  schedule(sender, { at, fid, fstatus: 2 });
  for (const [operator, code] of Object.entries(sender.operators)) {
    if (code !== 8) continue;
    schedule(sender, { at, operator, code: 1 });
    scheduleOperator(sender, operator, 1, at);
  }
}

/**
 * @param {EmulatorSender} sender
 * @param {SenderEvent} event
 */
function schedule(sender, event) {
  sender.due.push(event);
}

/**
 * @param {EmulatorSender} sender
 * @param {string} operator
 * @param {number} code
 * @param {number} at
 */
function setOperator(sender, operator, code, at) {
  sender.operators[operator] = code;
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
    if (event.operator !== undefined) setOperator(sender, event.operator, event.code ?? 2, event.at);
    const file = sender.files.find((candidate) => candidate.fid === event.fid);
    if (file) file.fstatus = event.fstatus ?? 2;
  }
}
