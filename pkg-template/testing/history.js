/** `get.php` with `get_messages=1`: page "Получение истории отправленных сообщений". */

import { formatDate, halfYearAfter, parseDay } from "./dates.js";
import { ServiceError } from "./errors.js";
import { driftTypes, jsonArray, textLine, xmlElement, xmlList } from "./formats.js";
import { readCount, readList } from "./parameters.js";

/** @import { EmulatorMessage } from "./types.js" */
/** @import { Call } from "./service.js" */
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

  if (fmt === 0) return messages.map((message) => textLine(shortRow(message, quirks.lineBreaks))).join("\n");
  if (fmt === 1) return messages.map((message) => commaLine(message, quirks)).join("\n");
  if (fmt === 2) return xmlList(messages.map((message) => xmlElement("sms", fullRow(message))));
  const rows = messages.map(fullRow);
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
  if (phones?.some((phone) => !/^\d+$/.test(phone))) throw new ServiceError(1);
  const emails = readList(parameters.email, (email) => email.toLowerCase());
  if (emails?.some((email) => !email.includes("@"))) throw new ServiceError(1);

  return (message) =>
    (message.type === EMAIL) === (format === "8") &&
    message.send_timestamp * 1000 >= from &&
    message.send_timestamp * 1000 < until &&
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
  [...messages].sort((a, b) => b.send_timestamp - a.send_timestamp || compareIds(b.int_id, a.int_id));

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
  const at = sorted.findIndex((message) => message.int_id === id);
  return at < 0 ? sorted.filter((message) => compareIds(message.int_id, id) < 0) : sorted.slice(at + 1);
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
 * XML and JSON: the documented keys in the documented order, then all other keys of the message.
 *
 * @param {EmulatorMessage} message
 * @returns {Row}
 */
function fullRow(message) {
  const { status, last_date, last_timestamp, err, send_date, send_timestamp, phone, cost, sender_id, ...rest } =
    message;
  const {
    status_name,
    message: text,
    mccmnc,
    country,
    operator,
    region,
    type,
    id,
    int_id,
    sms_cnt,
    format,
    crc,
    ...more
  } = rest;
  return {
    status,
    last_date: last_date ?? formatDate(last_timestamp * 1000),
    last_timestamp,
    err,
    send_date: send_date ?? formatDate(send_timestamp * 1000),
    send_timestamp,
    phone,
    cost,
    sender_id,
    status_name,
    message: text,
    mccmnc,
    country,
    operator,
    region,
    type,
    id,
    int_id,
    sms_cnt,
    format,
    crc,
    ...more,
  };
}

/**
 * fmt=0 has different names for some fields, and no timestamps.
 *
 * @param {EmulatorMessage} message
 * @param {"raw" | "space"} lineBreaks
 * @returns {Row}
 */
function shortRow(message, lineBreaks) {
  return {
    Status: message.status,
    check_time: message.last_date ?? formatDate(message.last_timestamp * 1000),
    err: message.err,
    send_date: message.send_date ?? formatDate(message.send_timestamp * 1000),
    phone: message.phone,
    mccmnc: message.mccmnc,
    country: message.country,
    operator: message.operator,
    region: message.region,
    cost: message.cost,
    sender_id: message.sender_id,
    status_name: message.status_name,
    message: oneLine(message.message, lineBreaks),
    type: message.type,
    ID: message.id,
    int_id: message.int_id,
    sms_cnt: message.sms_cnt,
    format: message.format,
    crc: message.crc,
  };
}

/**
 * fmt=1. The page's sample has a space before the message and before no other value.
 *
 * @param {EmulatorMessage} message
 * @param {{ messageSpace: boolean, lineBreaks: "raw" | "space" }} quirks
 * @returns {string}
 */
function commaLine(message, { messageSpace, lineBreaks }) {
  const { status, last_timestamp, err, send_timestamp, phone, mccmnc, country, operator, region, cost } = message;
  const { sender_id, status_name, type, id, int_id, sms_cnt, format, crc } = message;
  const text = (messageSpace ? " " : "") + oneLine(message.message, lineBreaks);
  const head = [status, last_timestamp, err, send_timestamp, phone, mccmnc, country, operator, region, cost, sender_id];
  return [...head, status_name, text, type, id, int_id, sms_cnt, format, crc].join(",");
}

/**
 * @param {string} text
 * @param {"raw" | "space"} lineBreaks
 * @returns {string}
 */
const oneLine = (text, lineBreaks) => (lineBreaks === "space" ? text.replace(/\r\n|\r|\n/g, " ") : text);

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
