import type { Message } from "./core.js";
import { cutter } from "./cut.js";

/** As in `scan/src/page.rs`: cells of a message before those of its fields, and with them. */
const head = 2;
const width = head + 22;

/** A message has these fields nearly always, of the 22 that it can have: only `err` and `flag` are missing. */
const usual = 0xfffff;

/** Marks the end of a text that holds escapes. */
const escaped = 0x8000_0000;

/** Makes the messages of what the core found: three numbers lie at that place, as `found` in `src/js/operation.rs` says. */
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
    const first = cell + head;
    const message = whole(own, words, numbers, first, base);
    if (there !== usual) {
      Object.keys(message).forEach((name, field) => {
        if (!((there >> field) & 1)) delete message[name];
      });
      if ((there >> 20) & 1) message.err = numbers[first + 20];
      if (there >> 21) message.flag = numbers[first + 21];
    }
    messages.push(message as unknown as Message);
  }
  return messages;
}

/** A text of a message, whose own text begins at `base`. */
function part(own: string, words: Uint32Array, place: number, base: number): string {
  const to = words[place + 1] as number;
  if (to < escaped) return own.slice((words[place] as number) - base, to - base);
  return JSON.parse(`"${own.slice((words[place] as number) - base, to - escaped - base)}"`);
}

/** A message with all the usual fields, in the order of their cells: each has its place in the code, which is fast. */
function whole(
  own: string,
  words: Uint32Array,
  numbers: Float64Array,
  first: number,
  base: number,
): Record<string, unknown> {
  const at = 2 * first;
  return {
    status: numbers[first],
    statusName: part(own, words, at + 2, base),
    lastDate: part(own, words, at + 4, base),
    lastTimestamp: numbers[first + 3],
    sendDate: part(own, words, at + 8, base),
    sendTimestamp: numbers[first + 5],
    phone: part(own, words, at + 12, base),
    cost: part(own, words, at + 14, base),
    senderId: part(own, words, at + 16, base),
    message: part(own, words, at + 18, base),
    mccmnc: part(own, words, at + 20, base),
    country: part(own, words, at + 22, base),
    operator: part(own, words, at + 24, base),
    region: part(own, words, at + 26, base),
    type: numbers[first + 14],
    id: numbers[first + 15],
    intId: part(own, words, at + 32, base),
    smsCnt: numbers[first + 17],
    format: numbers[first + 18],
    crc: numbers[first + 19],
  };
}
