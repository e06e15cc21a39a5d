/** Counts and costs of messages, in groups. Costs are added exactly, as decimals. */
import { type Message, sumCosts } from "smsc-wasm";
import { SERVICE_OFFSET_SECONDS } from "../i18n/format.ts";

export interface Group {
  readonly key: string;
  readonly count: number;
  readonly cost: string;
}

/** A day or a month with its messages. `start` is its first second, in Unix seconds of UTC. */
export interface Period {
  readonly start: number;
  readonly count: number;
  readonly cost: string;
}

const DAY_SECONDS = 86_400;
/** A longer history is shown by months. */
const MAX_DAYS = 120;

/** The groups by a key of the message, the largest first. */
export function groupBy(messages: readonly Message[], keyOf: (message: Message) => string): Group[] {
  return collect(messages, keyOf)
    .map(([key, members]) => ({ key, count: members.length, cost: costOf(members) }))
    .sort((one, other) => other.count - one.count);
}

/** The messages over time in the service's days or months, the empty ones included. */
export function overTime(messages: readonly Message[]): { readonly unit: "day" | "month"; readonly periods: Period[] } {
  const times = messages.flatMap(({ sendTimestamp }) =>
    sendTimestamp ? [sendTimestamp + SERVICE_OFFSET_SECONDS] : [],
  );
  if (times.length === 0) return { unit: "day", periods: [] };
  const oldest = times.reduce((min, time) => Math.min(min, time));
  const newest = times.reduce((max, time) => Math.max(max, time));
  const unit = newest - oldest > MAX_DAYS * DAY_SECONDS ? "month" : "day";
  const [startOf, next] = unit === "day" ? [startOfDay, nextDay] : [startOfMonth, nextMonth];
  const groups = new Map(collect(messages, ({ sendTimestamp = 0 }) => startOf(sendTimestamp + SERVICE_OFFSET_SECONDS)));
  const periods: Period[] = [];
  for (let start = startOf(oldest); start <= newest; start = next(start)) {
    const members = groups.get(start) ?? [];
    periods.push({ start, count: members.length, cost: costOf(members) });
  }
  return { unit, periods };
}

function collect<Key>(messages: readonly Message[], keyOf: (message: Message) => Key): [Key, Message[]][] {
  const groups = new Map<Key, Message[]>();
  for (const message of messages) {
    const key = keyOf(message);
    const members = groups.get(key);
    if (members) members.push(message);
    else groups.set(key, [message]);
  }
  return [...groups];
}

/** A response may lack the cost. */
export const costOf = (messages: readonly Message[]): string => sumCosts(messages.filter(({ cost }) => cost));

const startOfDay = (time: number): number => time - (time % DAY_SECONDS);
const nextDay = (time: number): number => time + DAY_SECONDS;

const monthsAfter = (time: number, months: number): number => {
  const date = new Date(time * 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months) / 1000;
};
const startOfMonth = (time: number): number => monthsAfter(time, 0);
const nextMonth = (time: number): number => monthsAfter(time, 1);
