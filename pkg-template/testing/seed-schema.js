/** The accepted values of seeds and faults, by field. */

import { OPERATORS_JSON } from "./registrations.js";
import { requestName } from "./request-names.js";
import {
  arrayOr,
  boolean,
  callback,
  content,
  count,
  duration,
  flag,
  integer,
  list,
  object,
  objectOr,
  oneOf,
  promise,
  record,
  requireKeys,
  text,
  textLike,
  time,
  timeOrDate,
  timeOrText,
} from "./validate.js";
import { DETAIL_PARAMETERS } from "./wire.js";

/** @import { Check } from "./validate.js" */
/** @import { EmulatorSeed, Fault, MessageSeed, SenderSeed, TaskSeed } from "./types.js" */

const MAX_GENERATED = 1_000_000;
/** The year 2286, so that milliseconds are rejected. */
const unixSeconds = integer(0, 9_999_999_999, ", in Unix seconds");
const id = integer(0, Number.MAX_SAFE_INTEGER);
const code = integer(0, 9999);
const messageStatus = integer(-99, 999);

const message = object(
  {
    status: messageStatus,
    statusName: text,
    lastTimestamp: unixSeconds,
    lastDate: text,
    sendTimestamp: unixSeconds,
    sendDate: text,
    phone: textLike(/^\d{1,15}$|^[^@\s]+@[^@\s]+$/, "the digits of a phone number, or an e-mail address"),
    cost: textLike(/^-?\d+(\.\d+)?$/, 'a decimal text such as "3.60"'),
    senderId: text,
    message: text,
    mccmnc: text,
    country: text,
    operator: text,
    region: text,
    type: code,
    id,
    intId: textLike(/^\d{1,20}$/, "up to 20 digits as a string"),
    smsCnt: integer(0, 9999),
    format: code,
    crc: integer(0, 0xffff_ffff),
    err: code,
    flag: id,
    extra: record(),
  },
  { serviceNames: { ID: "id", check_time: "lastDate" } },
);

/** @type {(check: Check) => Check} */
const byOperator = (check) => object(Object.fromEntries(OPERATORS_JSON.map((key) => [key, check])));

/** @type {(parameters: Record<string, string>) => Check} */
const details = (parameters) => {
  const fields = Object.keys(parameters);
  const serviceNames = Object.fromEntries(Object.entries(parameters).map(([field, name]) => [name, field]));
  return object(Object.fromEntries(fields.map((field) => [field, text])), { required: fields, serviceNames });
};

const sender = object(
  {
    name: textLike(/./s, "a string that is not empty"),
    id,
    status: code,
    comment: text,
    operators: byOperator(code),
    substitutes: byOperator(text),
    files: list(
      object(
        { name: text, id, status: code, comment: text, size: id, info: text, extra: record() },
        { serviceNames: { file: "name", fid: "id", fstatus: "status", fcomment: "comment", doc_info: "info" } },
      ),
    ),
    details: object({
      ukraine: details(DETAIL_PARAMETERS.ukraine),
      belarus: details(DETAIL_PARAMETERS.belarus),
    }),
    created: time,
    changed: time,
    email: object({ comment: text }, { required: ["comment"] }),
    subaccount: text,
    locked: boolean,
    due: list(
      object(
        {
          at: time,
          status: code,
          operator: oneOf(OPERATORS_JSON),
          operatorStatus: code,
          fileId: id,
          fileStatus: code,
        },
        { required: ["at"] },
      ),
    ),
    extra: record(),
  },
  { serviceNames: { sender: "name", cmt: "comment", user: "subaccount", mail: "email" } },
);

const task = object({
  id,
  name: text,
  status: code,
  created: timeOrText,
  time: timeOrText,
  file: text,
  content,
  headers: record(text),
  due: list(object({ at: time, status: code }, { required: ["at", "status"] })),
  extra: record(),
});

const seed = object({
  messages: arrayOr(list(message), integer(0, MAX_GENERATED, ", or an array of messages")),
  senders: list(sender),
  tasks: list(task),
  login: text,
  password: text,
  apiKey: text,
  limits: objectOr(object({ blockAfter: count, blockMs: duration }), flag("true, false or `{ blockAfter, blockMs }`")),
  now: timeOrDate,
  random: integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  drift: boolean,
  plainErrors: boolean,
  language: oneOf(["en", "ru"]),
  messageSpace: boolean,
  lineBreaks: oneOf(["raw", "space"]),
  taskOrder: oneOf(["ascending", "descending"]),
  taskPage: integer(1, MAX_GENERATED),
  cors: boolean,
  latencyMs: duration,
});

const fault = object({
  to: requestName,
  when: callback,
  times: count,
  processed: boolean,
  delayMs: duration,
  until: promise,
  kind: oneOf(["offline", "hang", "html", "empty", "ok", "plain-error", "wrong-charset", "drift", "redirect"]),
  code: integer(1, 9999),
  text,
  status: integer(200, 599),
  headers: record(text),
  body: content,
  truncateAfter: id,
  chunkBytes: integer(1, Number.MAX_SAFE_INTEGER),
  chunkDelayMs: duration,
  location: text,
});

/**
 * @param {EmulatorSeed} value
 * @throws {TypeError} If a key is unknown or a value is invalid, like all functions of this module.
 */
export const checkSeed = (value) => seed(value, "");

/**
 * @param {MessageSeed} value
 * @param {string} [path]
 * @param {readonly string[]} [required] Keys that must not be missing.
 */
export function checkMessage(value, path = "message", required = []) {
  message(value, path);
  requireKeys(value, path, required);
}

/**
 * @param {SenderSeed} value
 * @param {string} [path]
 * @param {readonly string[]} [required] Keys that must not be missing.
 */
export function checkSender(value, path = "sender", required = []) {
  sender(value, path);
  requireKeys(value, path, required);
}

/**
 * @param {TaskSeed} value
 * @param {string} [path]
 * @param {readonly string[]} [required] Keys that must not be missing.
 */
export function checkTask(value, path = "task", required = []) {
  task(value, path);
  requireKeys(value, path, required);
}

/**
 * @param {Fault} value
 * @param {string} [path]
 */
export const checkFault = (value, path = "fault") => fault(value, path);
