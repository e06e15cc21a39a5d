/** A task's file: sent messages in the dialect of the service's other export: `;`, a header row, no byte order mark. */

import { copyBytes } from "../bytes.js";
import { encodeText } from "../charset.js";
import { formatDate } from "../dates.js";
import { makeMessages } from "./messages.js";

/** @import { EmulatorMessage } from "../types.js" */

/** @type {[string, (message: EmulatorMessage) => string | number][]} */
const COLUMNS = [
  ["ID", (message) => message.intId],
  ["Телефон", (message) => message.phone],
  ["Сообщение", (message) => message.message],
  ["Отправитель", (message) => message.senderId],
  ["Статус", (message) => message.statusName],
  ["Код статуса", (message) => message.status],
  ["Ошибка", (message) => message.err],
  ["Дата отправки", (message) => formatDate(message.sendTimestamp * 1000)],
  ["Дата статуса", (message) => formatDate(message.lastTimestamp * 1000)],
  ["Стоимость", (message) => message.cost],
  ["Частей", (message) => message.smsCnt],
  ["Страна", (message) => message.country],
  ["Оператор", (message) => message.operator],
  ["Регион", (message) => message.region],
];

/**
 * Formats messages as CSV. Quotes a value (RFC 4180) only if necessary.
 *
 * @param {EmulatorMessage[]} messages
 * @param {{ lineBreak?: string, delimiter?: string }} [options] Default CRLF and `;`.
 * @returns {string}
 */
export function messagesToCsv(messages, { lineBreak = "\r\n", delimiter = ";" } = {}) {
  const quote = (/** @type {string | number} */ value) => {
    const text = String(value);
    return text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const rows = [
    COLUMNS.map(([title]) => title),
    ...messages.map((message) => COLUMNS.map(([, read]) => read(message))),
  ];
  return rows.map((row) => row.map(quote).join(delimiter) + lineBreak).join("");
}

/**
 * Makes a CSV file of generated messages.
 *
 * @param {number} rows Number of rows without the header.
 * @param {{ now?: number, random?: number, charset?: "utf-8" | "windows-1251", lineBreak?: string, delimiter?: string }} [options]
 *   Default windows-1251 with CRLF and `;`.
 * @returns {Uint8Array}
 */
export function makeCsv(rows, { now, random, charset = "windows-1251", ...dialect } = {}) {
  const messages = makeMessages(rows, { ...(now === undefined ? {} : { now }), random: random ?? 1 });
  return encodeText(messagesToCsv(messages, dialect), charset);
}

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Uint8Array>}
 */
export async function gzip(bytes) {
  const { readable, writable } = new CompressionStream("gzip");
  const writer = writable.getWriter();
  // Not awaited: writes wait until the compressed bytes are read, and reading reports an error of both.
  Promise.all([writer.write(/** @type {BufferSource} */ (bytes)), writer.close()]).catch(() => {});
  return copyBytes(await new Response(readable).arrayBuffer());
}
