/** `senders.php` with `get=1`. Each combination of `all`, `operators` and `files` has a form of its own in each format. */

import { parseDay } from "./dates.js";
import { ServiceError } from "./errors.js";
import { driftTypes, escapeXml, jsonArray, textLine, xmlElement, xmlList } from "./formats.js";
import { readCount, readFlag, readNumber } from "./parameters.js";
import { OPERATORS_JSON, OPERATORS_TEXT } from "./registrations.js";

/** @import { EmulatorSender } from "./types.js" */
/** @import { Call } from "./service.js" */
/** @import { Row } from "./formats.js" */

const MAX_COUNT = 15_000;

/** @typedef {{ all: boolean, operators: boolean, files: boolean }} Shown */

/**
 * @param {Call} call
 * @param {EmulatorSender[]} own
 * @returns {string}
 */
export function listSenders(call, own) {
  const { parameters, fmt } = call;
  const shown = {
    all: readFlag(parameters.all),
    operators: readFlag(parameters.operators),
    files: readFlag(parameters.files),
  };
  const found = selectSenders(parameters, own, shown.all);
  if (found.length === 0) throw new ServiceError(3);
  if (fmt === 0) return found.map((sender) => textLine(textRow(sender, shown))).join("\n");
  if (fmt === 1) return found.map((sender) => commaLine(sender, shown)).join("\n");
  if (fmt === 2) return xmlList(found.map((sender) => xmlSender(sender, shown)));
  const rows = found.map((sender) => jsonRow(sender, shown));
  return jsonArray(call.drift ? rows.map(driftTypes) : rows);
}

/**
 * Newest first, since `prev_id` asks for the names created before; with `from_date` by the last change at an operator instead.
 *
 * @param {Record<string, string>} parameters
 * @param {EmulatorSender[]} own
 * @param {boolean} all
 * @returns {EmulatorSender[]}
 */
function selectSenders(parameters, own, all) {
  const count = readCount(parameters.cnt, MAX_COUNT) ?? MAX_COUNT;
  const before = readNumber(parameters.prev_id) ?? Number.POSITIVE_INFINITY;
  const since = parameters.from_date ? parseDay(parameters.from_date) : Number.NEGATIVE_INFINITY;
  if (since === undefined) throw new ServiceError(1);
  const found = own.filter((sender) => (all || sender.status === 1) && sender.id < before);
  const changed = parameters.from_date ? found.filter((sender) => (sender.changed ?? since - 1) >= since) : found;
  return changed
    .sort((a, b) => (parameters.from_date ? Number(b.changed) - Number(a.changed) : 0) || b.id - a.id)
    .slice(0, count);
}

/**
 * A name that stands in for this one at some operator is sent along with the operators' statuses, the page says, but not under
 * which key.
 *
 * @param {EmulatorSender} sender
 * @param {string[]} order
 * @returns {Row}
 */
function operatorRow(sender, order) {
  const statuses = order.map((key) => [key, String(sender.operators[key] ?? 0)]);
  const substitutes = Object.entries(sender.substitutes).map(([key, name]) => [`${key}_subst`, name]);
  return Object.fromEntries([...statuses, ...substitutes]);
}

/**
 * @param {EmulatorSender} sender
 * @param {Shown} shown
 * @returns {Row}
 */
const textRow = (sender, { all, operators }) => ({
  name: sender.sender,
  ...(all ? { status: sender.status } : {}),
  ...(operators ? operatorRow(sender, OPERATORS_TEXT) : {}),
  id: sender.id,
});

/**
 * fmt=1 has no form for the operators.
 *
 * @param {EmulatorSender} sender
 * @param {Shown} shown
 * @returns {string}
 */
const commaLine = ({ sender, status, id }, { all }) => (all ? `${sender},${status},${id}` : `${sender},${id}`);

/**
 * The name is the element's text, everything else its attributes, but for the files, which are elements inside.
 *
 * @param {EmulatorSender} sender
 * @param {Shown} shown
 * @returns {string}
 */
function xmlSender(sender, { all, operators, files }) {
  const attributes = {
    ...(all ? { status: sender.status } : {}),
    ...(operators ? operatorRow(sender, OPERATORS_TEXT) : {}),
    id: sender.id,
  };
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const inside = files ? fileRows(sender).map((row) => xmlElement("files", row)) : [];
  return `<sender${written.join("")}>${escapeXml(sender.sender)}${inside.join("\n")}</sender>`;
}

/**
 * With operators=1 the sample quotes every code and the id, without it neither.
 *
 * @param {EmulatorSender} sender
 * @param {Shown} shown
 * @returns {Row}
 */
function jsonRow(sender, { all, operators, files }) {
  const { status, id } = sender;
  return {
    sender: sender.sender,
    ...(all ? { status: operators ? String(status) : status } : {}),
    ...(operators ? operatorRow(sender, OPERATORS_JSON) : {}),
    id: operators ? String(id) : id,
    ...(files ? { files: fileRows(sender) } : {}),
  };
}

/**
 * @param {EmulatorSender} sender
 * @returns {Row[]}
 */
const fileRows = (sender) => sender.files.map(({ file, fid, fstatus, fcomment }) => ({ file, fid, fstatus, fcomment }));
