/** `senders.php` with `get=1`. Each combination of `all`, `operators` and `files` has a distinct layout in each format. */

import { parseDay } from "./dates.js";
import { ServiceError } from "./errors.js";
import { driftTypes, escapeXml, jsonArray, textLine, xmlElement, xmlList } from "./formats.js";
import { readCount, readFlag, readNumber } from "./parameters.js";
import { OPERATORS_JSON, OPERATORS_TEXT } from "./registrations.js";
import { extraFields, fileRow, operatorRow, senderRow, senderTextRow } from "./wire.js";

/** @import { EmulatorSender } from "./types.js" */
/** @import { Call } from "./service.js" */
/** @import { ListOptions } from "./wire.js" */

const MAX_COUNT = 15_000;

/**
 * @param {Call} call
 * @param {EmulatorSender[]} own
 * @returns {string}
 */
export function listSenders(call, own) {
  const { parameters, fmt } = call;
  const options = {
    all: readFlag(parameters.all),
    operators: readFlag(parameters.operators),
    files: readFlag(parameters.files),
  };
  const selected = selectSenders(parameters, own, options.all);
  if (selected.length === 0) throw new ServiceError(3);
  if (fmt === 0) return selected.map((sender) => textLine(senderTextRow(sender, options, OPERATORS_TEXT))).join("\n");
  if (fmt === 1) return selected.map((sender) => commaLine(sender, options)).join("\n");
  if (fmt === 2) return xmlList(selected.map((sender) => xmlSender(sender, options)));
  const rows = selected.map((sender) => senderRow(sender, options, OPERATORS_JSON));
  return jsonArray(call.drift ? rows.map(driftTypes) : rows);
}

/**
 * Newest first, because `prev_id` requests the names created before it; with `from_date`, latest change at an operator first.
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
  const candidates = own.filter((sender) => (all || sender.status === 1) && sender.id < before);
  const changed = parameters.from_date
    ? candidates.filter((sender) => (sender.changed ?? since - 1) >= since)
    : candidates;
  return changed
    .sort((a, b) => (parameters.from_date ? Number(b.changed) - Number(a.changed) : 0) || b.id - a.id)
    .slice(0, count);
}

/**
 * fmt=1 has no layout for the operators.
 *
 * @param {EmulatorSender} sender
 * @param {ListOptions} options
 * @returns {string}
 */
const commaLine = ({ name, status, id }, { all }) => (all ? `${name},${status},${id}` : `${name},${id}`);

/**
 * The name is the element's text, the files are child elements, and all other fields are attributes.
 *
 * @param {EmulatorSender} sender
 * @param {ListOptions} options
 * @returns {string}
 */
function xmlSender(sender, { all, operators, files }) {
  const attributes = {
    ...(all ? { status: sender.status } : {}),
    ...(operators ? operatorRow(sender, OPERATORS_TEXT) : {}),
    id: sender.id,
    ...extraFields(sender),
  };
  const attributeTexts = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`);
  const children = files ? sender.files.map((file) => xmlElement("files", fileRow(file))) : [];
  return `<sender${attributeTexts.join("")}>${escapeXml(sender.name)}${children.join("\n")}</sender>`;
}
