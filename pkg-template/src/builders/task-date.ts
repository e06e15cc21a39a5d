// The dates of a task's file: in many forms, with or without a zone, in one column or two.

type Fields = Record<string, unknown>;

/** A day, which begins or ends with the year. */
const DAY = String.raw`(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})`;

/** A time with or without seconds and their fraction, and a zone. */
const TIME = String.raw`([01]?\d|2[0-3]):([0-5]?\d)(?::([0-5]?\d)(?:[.,]\d+)?)?\s*(Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?`;

const DAY_ONLY = new RegExp(`^\\s*${DAY}\\s*$`);
const TIME_ONLY = new RegExp(`^\\s*${TIME}\\s*$`, "i");
const DATE = new RegExp(`^\\s*${DAY}[T,\\s]+${TIME}\\s*$`, "i");

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

/** The service's time is UTC+3. */
const SERVICE_OFFSET_MINUTES = 180;

const pad = (number: number) => String(number).padStart(2, "0");

/** Writes an instant in the form that the history has, and sets its timestamp. A date in another form stays, without one. */
export function setDate(message: Fields, field: string, timestamp: string): void {
  const found = DATE.exec((message[field] as string) ?? "");
  // A day alone is no instant.
  if (!found) return;
  const numbers = found.slice(1, 7).map((part) => Number(part ?? 0));
  const [first, month, last, hour, minute, second] = numbers as [number, number, number, number, number, number];
  const [year, day] = first > 31 ? [first, last] : [last, first];
  const written = new Date(Date.UTC(year < 100 ? year + 2000 : year, month - 1, day, hour, minute, second));
  // `Date.UTC` accepts 31 February, as a day of March.
  if (written.getUTCDate() !== day || written.getUTCMonth() !== month - 1) return;
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
