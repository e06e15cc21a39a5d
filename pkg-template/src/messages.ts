import type { Message } from "./core.js";
import { put } from "./row-maker.js";
import type { TaskRow } from "./rows.js";

type Name = Exclude<keyof Message, "extra">;

/**
 * By what a column's title begins, which field of a message it holds: the first line that fits counts, `$` ends a title.
 * Russian, Ukrainian and English, small, without spaces and signs: "Ім'я відправника" is `імявідправника`.
 */
const titles = `
lastTimestamp lasttimestamp
sendTimestamp sendtimestamp|timestamp
lastDate last|status(date|time)|deliver|датастат|времястат|час(зміни|доставки|стат)|(дата|время)(измен|достав)|датазмін
sendDate send(date|time|at)|sent|date|time|дата|время|час$|час(від|над)|отправлено$|відправлено$|надіслано$
statusName status(name|text)|(название|описание|текст)стат|(назва|опис)стат
status status|кодстат|статус|состояние|стан$
err err|ошибк|кодошиб|помилк|кодпомил
senderId sender|from|отправит|имяотправ|відправник|імявідправ
smsCnt smsc|parts|част(ей|ин)|(количество|колво|число|кількість|ксть)(sms|смс|част)
cost cost|price|sum|amount|стоим|цена|сумм|варт|ціна|сума
message message$|messagetext|text|sms$|сообщени[ея]$|текст|повідомлення$
intId intid|globalid
id id$|messageid|(id|номер|код)(сообщ|повід)
phone phone|tel|msisdn|recipient|to$|number$|тел|номер(тел|абон|получ|одерж|отрим|$)|абонент|получат|одержувач|отримувач
mccmnc mccmnc
country country|стран|країн
operator operator|network|оператор
region region|регион|регіон|область
type type|тип
format format|формат
crc crc
flag flag$`;

/** Those of them that are numbers; the others are texts. */
const numbers = /^(l.*p|s.*p|status|err|smsCnt|id|type|format|crc|flag)$/;

const others: { [name in Name]?: Name } = { status: "statusName", id: "intId" };

let table: [name: Name, title: RegExp][] | undefined;
const known = new Map<string, Name | undefined>();

/** The field that a column holds. */
function fieldOf(title: string): Name | undefined {
  if (!known.has(title)) {
    table ??= titles
      .trim()
      .split("\n")
      .map((line) => {
        const [name, title] = line.split(" ") as [Name, string];
        return [name, new RegExp(`^(${title})`)];
      });
    // Columns of many files, whatever they hold, must not pile up.
    if (known.size > 1000) known.clear();
    const plain = title.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
    known.set(title, table.find(([, begins]) => begins.test(plain))?.[0]);
  }
  return known.get(title);
}

/** A row as a message, as far as its columns are recognised and hold what they should; the rest is in `extra`. */
export function asMessage(row: TaskRow): Partial<Message> {
  const message: Record<string, unknown> = {};
  let extra: Record<string, unknown> | undefined;
  for (const [title, value] of Object.entries(row)) {
    if (!take(message, fieldOf(title), value)) {
      extra ??= {};
      put(extra, title, value);
    }
  }
  date(message, "sendDate", "sendTimestamp");
  date(message, "lastDate", "lastTimestamp");
  return extra ? { ...message, extra } : message;
}

/** Takes a value, if it is one of its field and the first. */
function take(message: Record<string, unknown>, field: Name | undefined, value: string): boolean {
  if (field === undefined) return false;
  const blank = value.trim() === "";
  const isNumber = numbers.test(field);
  const number = Number(value);
  // A status is told by its code or by its name, under the same title; and an id can be too large for a number.
  if (isNumber && !blank && !Number.isSafeInteger(number)) return take(message, others[field], value);
  if (field in message) return false;
  if (!isNumber) message[field] = field === "cost" ? value.replace(/\s/g, "").replace(",", ".") : value;
  else if (!blank) message[field] = number;
  return true;
}

const dates = /^\s*(\d+)[./-](\d+)[./-](\d+)(?:[T,\s]+(\d+):(\d+)(?::(\d+))?)?/;
const two = (number: number) => String(number).padStart(2, "0");

/** Writes a date as messages have it, and what instant that is, in the service's time: UTC+3. */
function date(message: Record<string, unknown>, field: Name, timestamp: Name): void {
  const found = dates.exec((message[field] as string) ?? "");
  if (!found) return;
  const [first, month, last, hour, minute, second] = found.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [year, day] = first > 31 ? [first, last] : [last < 100 ? last + 2000 : last, first];
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  const there = new Date(ms);
  if (there.getUTCDate() !== day || there.getUTCMonth() !== month - 1 || there.getUTCHours() !== hour) return;
  if (found[4]) message[field] = `${two(day)}.${two(month)}.${year} ${two(hour)}:${two(minute)}:${two(second)}`;
  message[timestamp] ??= ms / 1000 - 3 * 3600;
}
