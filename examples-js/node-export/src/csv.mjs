/** The CSV file. */
import { createWriteStream } from "node:fs";
import { access, constants, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { stringify } from "csv-stringify";
import { deliveryErrors, messageStatuses, messageTypes } from "smsc-wasm";
import { UsageError } from "./outcome.mjs";

const time = (seconds) => new Date(seconds * 1000).toISOString();

/** The columns: title, and value of a row of the database. */
const COLUMNS = {
  id: ({ int_id }) => int_id,
  sent: ({ sent_at }) => time(sent_at),
  changed: ({ changed_at }) => time(changed_at),
  phone: ({ phone }) => phone,
  sender: ({ sender }) => sender,
  status: ({ status, status_name }) => messageStatuses[status] ?? status_name,
  error: ({ error }) => (error ? (deliveryErrors[error] ?? error) : ""),
  cost: ({ cost }) => cost,
  parts: ({ parts }) => parts,
  type: ({ type }) => messageTypes[type] ?? type,
  country: ({ country }) => country,
  operator: ({ operator }) => operator,
  region: ({ region }) => region,
  text: ({ text }) => text,
};

function* toRecords(rows) {
  for (const row of rows) yield Object.values(COLUMNS).map((value) => value(row));
}

/** Checks that the file can be written, before hours of work. */
export async function checkCsvFolder(file) {
  const folder = dirname(file);
  await access(folder, constants.W_OK).catch((cause) => {
    throw new UsageError(`The CSV file cannot be written: ${cause.message}`, { cause });
  });
}

/**
 * Writes the file beside its final name and renames it, so that the file is always a complete one. Spreadsheets need the byte
 * order mark for Cyrillic texts, and would run a text that begins as a formula: it gets an apostrophe.
 */
export async function writeCsv(file, rows, signal) {
  const part = `${file}.part`;
  const format = stringify({ header: true, columns: Object.keys(COLUMNS), bom: true, escape_formulas: true });
  try {
    await pipeline(Readable.from(toRecords(rows)), format, createWriteStream(part), { signal });
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}
