import type { FormatsInstance } from "../formats/module.js";
import type { Message, MessageColumn } from "../formats-module.js";
import { setOwn, type TaskRow } from "./row-builder.js";

type Fields = Record<string, unknown>;

/**
 * A builder of messages from rows with these columns. The fields of the columns are decided once, in Rust (src/csv/titles.rs). A
 * value that its column's field cannot hold is in `extra`, under the column's title.
 */
export function messageBuilder(
  instance: FormatsInstance,
  columns: readonly string[] | undefined,
): (row: TaskRow) => Partial<Message> {
  const found = columns ? instance.enter((exports) => exports.messageColumns([...columns])) : [];
  const plan = new Map(columns?.map((title, index) => [title, found[index]]));
  const dates = found.filter((column) => column?.kind === "date") as MessageColumn[];
  return (row) => {
    const message: Fields = {};
    let extra: Fields | undefined;
    for (const [title, text] of Object.entries(row)) {
      const column = plan.get(title);
      const value = withoutFormula(text);
      if (column === undefined || !setField(message, column, value)) {
        extra ??= {};
        setOwn(extra, title, value);
      }
    }
    for (const { field, timestamp } of dates) setDate(message, field, timestamp as string);
    return extra ? { ...message, extra } : message;
  };
}

/** Excel's way to keep a number as text: `="79990000001"`. */
const FORMULA_TEXT = /^\s*="((?:[^"]|"")*)"\s*$/;

/** The text of a value, without the formula around it. Surplus values are a list. */
function withoutFormula(text: string): string {
  const found = typeof text === "string" && text.includes("=") ? FORMULA_TEXT.exec(text) : null;
  return found ? (found[1] as string).replaceAll('""', '"') : text;
}

/** Not in another notation, such as Excel's `1.5E+10`, which may have lost digits. */
const INTEGER = /^\s*[+-]?\d+(?:\.0+)?\s*$/;

/** Sets a field. Returns false if the value is not one of its kind, or if another column was first. */
function setField(message: Fields, { field, kind, fallback }: MessageColumn, value: string): boolean {
  const isNumber = kind === "integer" || kind === "decimal";
  // A blank number is absent.
  if (isNumber && value.trim() === "") return !(field in message);
  if (kind === "integer") {
    const number = INTEGER.test(value) ? Number(value) : Number.NaN;
    if (Number.isSafeInteger(number)) return setOnce(message, field, number);
    return fallback !== undefined && setOnce(message, fallback, value);
  }
  if (kind === "decimal") return setDecimal(message, field, value);
  return setOnce(message, field, value) || (kind === "date" && addToDate(message, field, value));
}

/** A decimal, with a currency before or behind it. White space (also U+00A0 and U+202F) separates thousands. */
const DECIMAL = /^(?:[^\d+−.,-]|[.,](?!\d))*([+−-]?)\s*(\d[\d\s]*)(?:[.,](\d+))?[^\d]*$/;

function setDecimal(message: Fields, field: string, value: string): boolean {
  const found = DECIMAL.exec(value);
  if (!found) return false;
  const [, sign, whole, fraction] = found as unknown as [string, string, string, string | undefined];
  const digits = whole.replace(/\s/g, "");
  const decimal = fraction === undefined ? digits : `${digits}.${fraction}`;
  return setOnce(message, field, sign === "" || sign === "+" ? decimal : `-${decimal}`);
}

const DAY_ONLY = /^\s*\d+[./-]\d+[./-]\d+\s*$/;
const TIME_ONLY = /^\s*\d{1,2}:\d{2}(?::\d{2})?\s*$/;

/** Joins a day and a time that are in two columns. Returns false if the two are anything else. */
function addToDate(message: Fields, field: string, value: string): boolean {
  const first = message[field] as string;
  if (DAY_ONLY.test(first) && TIME_ONLY.test(value)) message[field] = `${first.trim()} ${value.trim()}`;
  else if (TIME_ONLY.test(first) && DAY_ONLY.test(value)) message[field] = `${value.trim()} ${first.trim()}`;
  else if (first.trim() === "") message[field] = value;
  // A time that is missing.
  else return value.trim() === "";
  return true;
}

function setOnce(message: Fields, field: string, value: unknown): boolean {
  if (field in message) return false;
  message[field] = value;
  return true;
}

/** A day, a time with or without seconds and their fraction, and a zone. */
const DATE =
  /^\s*(\d+)[./-](\d+)[./-](\d+)(?:[T,\s]+(\d+):(\d+)(?::(\d+)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?\s*$/i;

/** The service's time is UTC+3. */
const SERVICE_OFFSET_MINUTES = 180;

const pad = (number: number) => String(number).padStart(2, "0");

/** Writes an instant in the form that the history has, and sets its timestamp. A date in another form stays, without one. */
function setDate(message: Fields, field: string, timestamp: string): void {
  const found = DATE.exec((message[field] as string) ?? "");
  // A day alone is no instant.
  if (!found?.[4]) return;
  const numbers = found.slice(1, 7).map((part) => Number(part ?? 0));
  const [first, month, last, hour, minute, second] = numbers as [number, number, number, number, number, number];
  const [year, day] = first > 31 ? [first, last] : [last < 100 ? last + 2000 : last, first];
  const written = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // `Date.UTC` accepts 31 February and 25:00, as days and hours of later.
  if (written.getUTCDate() !== day || written.getUTCMonth() !== month - 1 || written.getUTCHours() !== hour) return;
  const instant = written.getTime() - offsetMinutes(found[7]) * 60_000;
  const date = new Date(instant + SERVICE_OFFSET_MINUTES * 60_000);
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(pad).join(":");
  message[field] = `${pad(date.getUTCDate())}.${pad(date.getUTCMonth() + 1)}.${date.getUTCFullYear()} ${time}`;
  message[timestamp] ??= instant / 1000;
}

/** The minutes of a zone such as `+05:00`; those of the service without a zone. */
function offsetMinutes(zone: string | undefined): number {
  if (zone === undefined) return SERVICE_OFFSET_MINUTES;
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)?/.exec(zone) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}
