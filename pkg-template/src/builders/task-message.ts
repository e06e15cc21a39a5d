import type { Message, MessageColumn } from "../core.js";
import { currentInstance } from "../runtime/instance.js";
import { setOwn, type TaskRow } from "./row-builder.js";

type Fields = Record<string, unknown>;

/**
 * A builder of messages from rows with these columns. The fields of the columns are decided once, in Rust (src/csv/titles.rs). A
 * value that its column's field cannot hold is in `extra`, under the column's title.
 */
export function messageBuilder(columns: readonly string[] | undefined): (row: TaskRow) => Partial<Message> {
  const found = columns ? currentInstance().enter((core) => core.messageColumns([...columns])) : [];
  const plan = new Map(columns?.map((title, index) => [title, found[index]]));
  const dates = found.filter((column) => column?.kind === "date") as MessageColumn[];
  return (row) => {
    const message: Fields = {};
    let extra: Fields | undefined;
    for (const [title, value] of Object.entries(row)) {
      const column = plan.get(title);
      if (column === undefined || !setField(message, column, value)) {
        extra ??= {};
        setOwn(extra, title, value);
      }
    }
    for (const { field, timestamp } of dates) setDate(message, field, timestamp as string);
    return extra ? { ...message, extra } : message;
  };
}

/** Sets a field. Returns false if the value is not one of its kind, or if another column was first. */
function setField(message: Fields, { field, kind, fallback }: MessageColumn, value: string): boolean {
  if (kind === "integer") {
    // A blank number is absent.
    if (value.trim() === "") return !(field in message);
    const number = Number(value);
    if (Number.isSafeInteger(number)) return setOnce(message, field, number);
    return fallback !== undefined && setOnce(message, fallback, value);
  }
  return setOnce(message, field, kind === "decimal" ? value.replace(/\s/g, "").replace(",", ".") : value);
}

function setOnce(message: Fields, field: string, value: unknown): boolean {
  if (field in message) return false;
  message[field] = value;
  return true;
}

const DATE = /^\s*(\d+)[./-](\d+)[./-](\d+)(?:[T,\s]+(\d+):(\d+)(?::(\d+))?)?/;

const pad = (number: number) => String(number).padStart(2, "0");

/** Writes a date in the form that the history has, and sets its timestamp. The service's time is UTC+3. */
function setDate(message: Fields, field: string, timestamp: string): void {
  const found = DATE.exec((message[field] as string) ?? "");
  if (!found) return;
  const numbers = found.slice(1).map((part) => Number(part ?? 0));
  const [first, month, last, hour, minute, second] = numbers as [number, number, number, number, number, number];
  const [year, day] = first > 31 ? [first, last] : [last < 100 ? last + 2000 : last, first];
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(ms);
  // `Date.UTC` accepts 31 February and 25:00, as days and hours of later.
  if (date.getUTCDate() !== day || date.getUTCMonth() !== month - 1 || date.getUTCHours() !== hour) return;
  if (found[4]) message[field] = `${pad(day)}.${pad(month)}.${year} ${pad(hour)}:${pad(minute)}:${pad(second)}`;
  message[timestamp] ??= ms / 1000 - 3 * 3600;
}
