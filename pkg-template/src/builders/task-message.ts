import type { FormatsInstance } from "../formats/module.js";
import type { Message, MessageColumn } from "../formats-module.js";
import { setOwn, type TaskRow } from "./row-builder.js";
import { addToDate, setDate } from "./task-date.js";

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

function setOnce(message: Fields, field: string, value: unknown): boolean {
  if (field in message) return false;
  message[field] = value;
  return true;
}
