/**
 * The service's names for the fields of responses. The emulator's data has the client's names; this module alone converts them.
 */

import { formatDate } from "./dates.js";

/** @import { EmulatorFile, EmulatorMessage, EmulatorOperatorKey, EmulatorSender, EmulatorTask } from "./types.js" */
/** @import { Row } from "./formats.js" */

/**
 * Converts camel case to the service's form: `sendTimestamp` to `send_timestamp`.
 *
 * @param {string} name
 * @returns {string}
 */
export const wireName = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * The parameters of the details that registrations in a country require.
 *
 * @type {{ ukraine: Record<string, string>, belarus: Record<string, string> }}
 */
export const DETAIL_PARAMETERS = {
  ukraine: {
    legalName: "fio",
    taxId: "inn",
    site: "site",
    email: "email",
    address: "address",
    description: "desc",
    subject: "subj",
  },
  belarus: {
    companyName: "by_fio",
    taxId: "by_inn",
    address: "by_address",
    occupation: "by_ocup",
    mailingType: "by_type",
    sampleMessage: "by_mes",
    site: "by_site",
  },
};

/** The documented fields of a message, in the order of the XML and JSON samples. */
const MESSAGE_FIELDS = /** @type {const} */ ([
  "status",
  "lastDate",
  "lastTimestamp",
  "err",
  "sendDate",
  "sendTimestamp",
  "phone",
  "cost",
  "senderId",
  "statusName",
  "message",
  "mccmnc",
  "country",
  "operator",
  "region",
  "type",
  "id",
  "intId",
  "smsCnt",
  "format",
  "crc",
]);

/** The fields of fmt=0, which has different names for some and no timestamps. */
const MESSAGE_TEXT_FIELDS = /** @type {const} */ ([
  ["Status", "status"],
  ["check_time", "lastDate"],
  ["err", "err"],
  ["send_date", "sendDate"],
  ["phone", "phone"],
  ["mccmnc", "mccmnc"],
  ["country", "country"],
  ["operator", "operator"],
  ["region", "region"],
  ["cost", "cost"],
  ["sender_id", "senderId"],
  ["status_name", "statusName"],
  ["message", "message"],
  ["type", "type"],
  ["ID", "id"],
  ["int_id", "intId"],
  ["sms_cnt", "smsCnt"],
  ["format", "format"],
  ["crc", "crc"],
]);

/**
 * @param {EmulatorMessage} message
 * @returns {EmulatorMessage & { lastDate: string, sendDate: string }}
 */
const withDates = (message) => ({
  ...message,
  lastDate: message.lastDate ?? formatDate(message.lastTimestamp * 1000),
  sendDate: message.sendDate ?? formatDate(message.sendTimestamp * 1000),
});

/**
 * A message in XML and JSON: the documented fields, then `flag` and the fields of `extra`.
 *
 * @param {EmulatorMessage} message
 * @returns {Row}
 */
export function messageRow(message) {
  const dated = withDates(message);
  return {
    ...Object.fromEntries(MESSAGE_FIELDS.map((field) => [wireName(field), dated[field]])),
    ...(message.flag === undefined ? {} : { flag: message.flag }),
    ...extraFields(message),
  };
}

/**
 * A message in fmt=0.
 *
 * @param {EmulatorMessage} message
 * @returns {Row}
 */
export function messageTextRow(message) {
  const dated = withDates(message);
  return Object.fromEntries(MESSAGE_TEXT_FIELDS.map(([key, field]) => [key, dated[field]]));
}

/**
 * The operators' statuses of a sender name, with 0 for missing ones, and the names that replace it. According to the page, the
 * response includes these names along with the statuses. The page does not specify their keys.
 *
 * @param {EmulatorSender} sender
 * @param {readonly EmulatorOperatorKey[]} order
 * @returns {Row}
 */
export function operatorRow({ operators, substitutes }, order) {
  const statuses = order.map((key) => [wireName(key), String(operators[key] ?? 0)]);
  const names = Object.entries(substitutes).map(([key, name]) => [`${wireName(key)}_subst`, name]);
  return Object.fromEntries([...statuses, ...names]);
}

/**
 * The fields that a list of sender names includes.
 *
 * @typedef {{ all: boolean, operators: boolean, files: boolean }} ListOptions
 */

/**
 * A sender name in JSON. With operators=1 the sample quotes every status and the id; without it the sample quotes neither.
 *
 * @param {EmulatorSender} sender
 * @param {ListOptions} options
 * @param {readonly EmulatorOperatorKey[]} order
 * @returns {Row}
 */
export function senderRow(sender, { all, operators, files }, order) {
  const { status, id } = sender;
  return {
    sender: sender.name,
    ...(all ? { status: operators ? String(status) : status } : {}),
    ...(operators ? operatorRow(sender, order) : {}),
    id: operators ? String(id) : id,
    ...(files ? { files: sender.files.map(fileRow) } : {}),
    ...extraFields(sender),
  };
}

/**
 * A sender name in fmt=0.
 *
 * @param {EmulatorSender} sender
 * @param {ListOptions} options
 * @param {readonly EmulatorOperatorKey[]} order
 * @returns {Row}
 */
export const senderTextRow = (sender, { all, operators }, order) => ({
  name: sender.name,
  ...(all ? { status: sender.status } : {}),
  ...(operators ? operatorRow(sender, order) : {}),
  id: sender.id,
});

/**
 * @param {EmulatorFile} file
 * @returns {Row}
 */
export const fileRow = (file) => ({
  file: file.name,
  fid: file.id,
  fstatus: file.status,
  fcomment: file.comment,
  ...extraFields(file),
});

/**
 * A task. In JSON the id is a number and the status is quoted.
 *
 * @param {EmulatorTask} task
 * @returns {Row}
 */
export const taskRow = ({ id, name, status, created, time, file }) => ({
  id,
  name,
  status: String(status),
  created: dateText(created),
  time: dateText(time),
  file,
});

/**
 * @param {number | string} date
 * @returns {string}
 */
const dateText = (date) => (typeof date === "number" ? formatDate(date) : date);

/**
 * The fields of XML and JSON responses that have no name in the client.
 *
 * @param {{ extra?: Record<string, unknown> | undefined }} item
 * @returns {Row}
 */
export const extraFields = ({ extra }) => /** @type {Row} */ ({ ...extra });
