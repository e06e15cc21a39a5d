/** `get.php` with `get_messages=1`: page "Получение истории отправленных сообщений". */

import { halfYearAfter, parseDay } from "./dates.js";
import { ServiceError } from "./errors.js";
import { driftTypes, jsonArray, textLine, xmlElement, xmlList } from "./formats.js";
import { EMAIL_ADDRESS, PHONE, readCount, readList } from "./parameters.js";
import { messageRow, messageTextRow } from "./wire.js";

/** @import { EmulatorMessage } from "./types.js" */
/** @import { Call, Quirks } from "./service.js" */
/** @import { Row } from "./formats.js" */

const MAX_COUNT = 1000;
const EMAIL = 8;

/**
 * @param {Call} call
 * @returns {string}
 */
export function history(call) {
  const { parameters, account, quirks, fmt } = call;
  if (parameters.get_messages !== "1") throw new ServiceError(1);
  const count = readCount(parameters.cnt, MAX_COUNT) ?? MAX_COUNT;
  const matches = messageFilter(call);
  const messages = sentBefore(parameters.prev_id, newestFirst(account.messages)).filter(matches).slice(0, count);
  if (messages.length === 0) throw new ServiceError(3);

  if (fmt === 0) return messages.map((message) => textLine(messageTextRow(withLineBreaks(message, quirks)))).join("\n");
  if (fmt === 1) return messages.map((message) => commaLine(withLineBreaks(message, quirks), quirks)).join("\n");
  if (fmt === 2) return xmlList(messages.map((message) => xmlElement("sms", messageRow(message))));
  const rows = messages.map(messageRow);
  return jsonArray(call.drift ? rows.map(driftMessage) : rows);
}

/**
 * @param {Call} call
 * @returns {(message: EmulatorMessage) => boolean}
 */
function messageFilter({ parameters, now }) {
  const format = parameters.format || "0";
  if (format !== "0" && format !== "8") throw new ServiceError(1);
  const { from, until } = readPeriod(parameters.start, parameters.end, now);
  const phones = readList(parameters.phone, (phone) => phone.replace(/[\s()+-]/g, ""));
  if (phones?.some((phone) => !PHONE.test(phone))) throw new ServiceError(1);
  const emails = readList(parameters.email, (email) => email.toLowerCase());
  if (emails?.some((email) => !EMAIL_ADDRESS.test(email))) throw new ServiceError(1);

  return (message) =>
    (message.type === EMAIL) === (format === "8") &&
    message.sendTimestamp * 1000 >= from &&
    message.sendTimestamp * 1000 < until &&
    (!phones || phones.includes(message.phone)) &&
    (!emails || emails.includes(message.phone.toLowerCase()));
}

/**
 * Includes both days in full. Without `end` the period runs to now; without `start` its length is unlimited.
 *
 * @param {string | undefined} start
 * @param {string | undefined} end
 * @param {number} now
 * @returns {{ from: number, until: number }} Unix milliseconds, `until` excluded.
 */
function readPeriod(start, end, now) {
  const from = start ? parseDay(start) : Number.NEGATIVE_INFINITY;
  const endDay = end ? parseDay(end) : Number.POSITIVE_INFINITY;
  if (from === undefined || endDay === undefined || from > endDay) throw new ServiceError(1);
  const last = end ? endDay : now;
  if (start && last > halfYearAfter(from)) throw new ServiceError(1);
  return { from, until: endDay + 86_400_000 };
}

/**
 * @param {EmulatorMessage[]} messages
 * @returns {EmulatorMessage[]}
 */
const newestFirst = (messages) =>
  [...messages].sort((a, b) => b.sendTimestamp - a.sendTimestamp || compareIds(b.intId, a.intId));

/**
 * The messages after the one with the given id. If that message does not exist, the messages with smaller ids.
 *
 * @param {string | undefined} id
 * @param {EmulatorMessage[]} sorted
 * @returns {EmulatorMessage[]}
 */
function sentBefore(id, sorted) {
  if (!id) return sorted;
  if (!/^\d+$/.test(id)) throw new ServiceError(1);
  const at = sorted.findIndex((message) => message.intId === id);
  return at < 0 ? sorted.filter((message) => compareIds(message.intId, id) < 0) : sorted.slice(at + 1);
}

/**
 * Compares as integers, which may exceed 2^53.
 *
 * @param {string} a Decimal digits.
 * @param {string} b Decimal digits.
 * @returns {number}
 */
function compareIds(a, b) {
  if (a.length !== b.length) return a.length - b.length;
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * fmt=1. The page's sample has a space before the message and before no other value.
 *
 * @param {EmulatorMessage} message
 * @param {Quirks} quirks
 * @returns {string}
 */
function commaLine(message, { messageSpace }) {
  const { status, lastTimestamp, err, sendTimestamp, phone, mccmnc, country, operator, region, cost } = message;
  const { senderId, statusName, type, id, intId, smsCnt, format, crc } = message;
  const text = (messageSpace ? " " : "") + message.message;
  const head = [status, lastTimestamp, err, sendTimestamp, phone, mccmnc, country, operator, region, cost, senderId];
  return [...head, statusName, text, type, id, intId, smsCnt, format, crc].join(",");
}

/**
 * The message with the line breaks of fmt=0 and fmt=1.
 *
 * @param {EmulatorMessage} message
 * @param {Quirks} quirks
 * @returns {EmulatorMessage}
 */
const withLineBreaks = (message, { lineBreaks }) =>
  lineBreaks === "space" ? { ...message, message: message.message.replace(/\r\n|\r|\n/g, " ") } : message;

/**
 * Drift observed in messages: `err` is missing, `flag`, `comment` and `operator_orig` appear, numbers are quoted.
 *
 * @param {Row} row
 * @param {number} index
 * @returns {Row}
 */
function driftMessage(row, index) {
  const { err, ...others } = row;
  /** @type {Row} */
  const drifted = index % 3 === 0 ? others : { ...others, err: err ?? 0 };
  drifted.flag = 1 << (index % 8);
  if (index % 4 === 0) drifted.comment = "";
  if (index % 5 === 0) drifted.operator_orig = row.operator ?? "";
  return driftTypes(drifted, index);
}
