import type { Message } from "./core.js";
import { cutter } from "./cut.js";

/** As in `scan/src/page.rs`: cells of a message before those of its fields, and with them. */
const head = 2;
const width = head + 22;

/** A message has these fields nearly always, of the 22 that it can have: only `err` and `flag` are missing. */
const usual = 0xfffff;

/** Marks the end of a text that holds escapes. */
const escaped = 0x8000_0000;

/** Makes the messages of what the core found: three numbers lie at that place, as `Pages` in `src/history.rs` says. */
export function messagesOf(buffer: ArrayBufferLike, place: number): Message[] {
  const [rows, text, at] = new Uint32Array(buffer, place, 3) as unknown as [number, number, number];
  const cut = cutter(buffer, text);
  const words = new Uint32Array(buffer, at, 2 * width * rows);
  const numbers = new Float64Array(buffer, at, width * rows);
  const messages: Message[] = [];
  for (let cell = 0; cell < numbers.length; cell += width) {
    // A string of its own for each message: one that is kept shall not hold the page.
    const base = words[2 * cell] as number;
    const own = cut(base, words[2 * cell + 1] as number);
    const there = words[2 * cell + 2] as number;
    const message = whole(own, base, words, numbers, cell + head);
    if (there !== usual) {
      Object.keys(message).forEach((name, field) => {
        if (!((there >> field) & 1)) delete message[name];
      });
      if ((there >> 20) & 1) message.err = numbers[cell + head + 20];
      if (there >> 21) message.flag = numbers[cell + head + 21];
    }
    messages.push(message as unknown as Message);
  }
  return messages;
}

/**
 * A message with all the usual fields, in the order of their cells: each has its place in the code, which is fast. Its own
 * text begins at `base`.
 */
function whole(
  own: string,
  base: number,
  words: Uint32Array,
  numbers: Float64Array,
  cell: number,
): Record<string, unknown> {
  const part = (field: number): string => {
    const at = 2 * (cell + field);
    const [from, to] = [(words[at] as number) - base, (words[at + 1] as number) - base];
    if (to < escaped - base) return own.slice(from, to);
    return JSON.parse(`"${own.slice(from, to - escaped)}"`);
  };
  const number = (field: number) => numbers[cell + field];
  return {
    status: number(0),
    statusName: part(1),
    lastDate: part(2),
    lastTimestamp: number(3),
    sendDate: part(4),
    sendTimestamp: number(5),
    phone: part(6),
    cost: part(7),
    senderId: part(8),
    message: part(9),
    mccmnc: part(10),
    country: part(11),
    operator: part(12),
    region: part(13),
    type: number(14),
    id: number(15),
    intId: part(16),
    smsCnt: number(17),
    format: number(18),
    crc: number(19),
  };
}
