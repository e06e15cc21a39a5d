// The dates of a task's file: in many forms, with or without a zone, in one column or two.

type Fields = Record<string, unknown>;

const DAY_ONLY = /^\s*\d+[./-]\d+[./-]\d+\s*$/;
const TIME_ONLY = /^\s*\d{1,2}:\d{2}(?::\d{2})?\s*$/;

/** Joins a day and a time that are in two columns. Returns false if the two are anything else. */
export function addToDate(message: Fields, field: string, value: string): boolean {
  const first = message[field] as string;
  if (DAY_ONLY.test(first) && TIME_ONLY.test(value)) message[field] = `${first.trim()} ${value.trim()}`;
  else if (TIME_ONLY.test(first) && DAY_ONLY.test(value)) message[field] = `${value.trim()} ${first.trim()}`;
  else if (first.trim() === "") message[field] = value;
  // A time that is missing.
  else return value.trim() === "";
  return true;
}

/** A day, a time with or without seconds and their fraction, and a zone. */
const DATE =
  /^\s*(\d+)[./-](\d+)[./-](\d+)(?:[T,\s]+(\d+):(\d+)(?::(\d+)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?\s*$/i;

/** The service's time is UTC+3. */
const SERVICE_OFFSET_MINUTES = 180;

const pad = (number: number) => String(number).padStart(2, "0");

/** Writes an instant in the form that the history has, and sets its timestamp. A date in another form stays, without one. */
export function setDate(message: Fields, field: string, timestamp: string): void {
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
