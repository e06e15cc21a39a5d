/**
 * The life of a sender name: a moderator looks at it, then the operators one by one, and at its documents. The service says
 * nothing of how long each takes, so these are the emulator's own times, short enough to turn a clock by.
 */

/** @import { EmulatorSender, SenderEvent } from "./types.js" */

const MINUTE = 60_000;

/** How long each step takes, in milliseconds of the emulator's clock. */
export const SENDER_TIMES = Object.freeze({
  /** From `add` to status 1. */
  moderation: 10 * MINUTE,
  /** From there, or from `chg`, until an operator's 0 becomes 1. */
  sentToOperator: 5 * MINUTE,
  /** From there until it becomes 2. */
  admittedByOperator: 60 * MINUTE,
  /** From its arrival until a document is admitted. */
  document: 30 * MINUTE,
});

/**
 * A name of digits alone is a phone number: no moderator looks at it, its owner confirms it with a code.
 *
 * @param {string} name
 * @returns {boolean}
 */
export const isDigital = (name) => /^\+?\d+$/.test(name);

/**
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
  if (given.due === undefined) planLife(sender, now);
  return sender;
}

/**
 * @param {{ id: number }[]} others
 * @param {number} first
 * @returns {number}
 */
export const nextId = (others, first = 70_001) => others.reduce((id, other) => Math.max(id, other.id + 1), first);

/**
 * Everything that a name in its present state has before it.
 *
 * @param {EmulatorSender} sender
 * @param {number} now
 */
function planLife(sender, now) {
  let admitted = now;
  if (sender.status === 0) {
    if (isDigital(sender.sender)) return;
    admitted += SENDER_TIMES.moderation;
    plan(sender, { at: admitted, status: 1 });
  }
  for (const [operator, code] of Object.entries(sender.operators)) planOperator(sender, operator, code, admitted);
  for (const { fid, fstatus } of sender.files) if (fstatus === 0) planDocument(sender, fid, now);
}

/**
 * @param {EmulatorSender} sender
 * @param {string} operator
 * @param {number} code The status that it has at `from`; what is beyond 1 stays as it is.
 * @param {number} from
 */
function planOperator(sender, operator, code, from) {
  let at = from;
  if (code === 0) {
    at += SENDER_TIMES.sentToOperator;
    plan(sender, { at, operator, code: 1 });
  }
  if (code === 0 || code === 1) plan(sender, { at: at + SENDER_TIMES.admittedByOperator, operator, code: 2 });
}

/**
 * Registers a name that exists. An operator that has it, or is about to, is not asked again.
 *
 * @param {EmulatorSender} sender
 * @param {string[]} keys
 * @param {number} now
 */
export function register(sender, keys, now) {
  const admission = sender.due.find((event) => event.status === 1);
  for (const key of keys) {
    if ([0, 1, 2].includes(sender.operators[key] ?? -1)) continue;
    setOperator(sender, key, 0, now);
    planOperator(sender, key, 0, admission?.at ?? now);
  }
}

/**
 * A new document is looked at; operators that waited for one (status 8) get the name again.
 *
 * @param {EmulatorSender} sender
 * @param {number} fid
 * @param {number} now
 */
export function planDocument(sender, fid, now) {
  const at = now + SENDER_TIMES.document;
  plan(sender, { at, fid, fstatus: 2 });
  for (const [operator, code] of Object.entries(sender.operators)) {
    if (code !== 8) continue;
    plan(sender, { at, operator, code: 1 });
    planOperator(sender, operator, 1, at);
  }
}

/**
 * @param {EmulatorSender} sender
 * @param {SenderEvent} event
 */
function plan(sender, event) {
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
 * Lets happen what is due.
 *
 * @param {EmulatorSender} sender
 * @param {number} now
 */
export function moveSender(sender, now) {
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
