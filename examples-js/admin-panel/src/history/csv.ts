/** Messages as a CSV file (RFC 4180) that spreadsheets open. */
import type { Message } from "smsc-wasm";

const COLUMNS = [
  "sendDate",
  "phone",
  "senderId",
  "status",
  "statusName",
  "err",
  "cost",
  "smsCnt",
  "type",
  "operator",
  "country",
  "region",
  "mccmnc",
  "id",
  "intId",
  "message",
] as const satisfies readonly (keyof Message)[];

const BYTE_ORDER_MARK = "\uFEFF";

export function toCsv(messages: readonly Message[]): Blob {
  const lines = messages.map((message) => `${COLUMNS.map((column) => cell(message[column])).join(",")}\r\n`);
  return new Blob([BYTE_ORDER_MARK, `${COLUMNS.join(",")}\r\n`, ...lines], { type: "text/csv;charset=utf-8" });
}

function cell(value: string | number | undefined): string {
  if (value === undefined) return "";
  // A text that begins like a formula would run in a spreadsheet, and others wrote these texts.
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
