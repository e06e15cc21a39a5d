import type { Message } from "./core.js";
import { cutter } from "./cut.js";

/** As in `scan/src/page.rs`: cells of a message before those of its fields, and with them. */
const head = 2;
const width = head + 22;

/** A message has these fields nearly always, of the 22 that it can have: only `err` and `flag` are missing. */
const usual = 0xfffff;

/** The end of a text that holds escapes has a mark, which makes it negative: all but that. */
const unescaped = 0x7fff_ffff;

/** Makes the messages of what the core found: three numbers lie at that place, as `Pages` in `src/history.rs` says. */
export function messagesOf(buffer: ArrayBufferLike, place: number): Message[] {
  const [cells, text, at] = new Uint32Array(buffer, place, 3) as unknown as [number, number, number];
  const cut = cutter(buffer, text);
  const words = new Int32Array(buffer, at, 2 * cells);
  const numbers = new Float64Array(buffer, at, cells);
  const messages: Message[] = [];
  for (let cell = 0; cell < cells; cell += width) {
    const [from, to] = [words[2 * cell] as number, words[2 * cell + 1] as number];
    const [there, escapes] = [words[2 * cell + 2] as number, words[2 * cell + 3] as number];
    // A string of its own for each message: one that is kept shall not hold the page.
    const own = cut(from, to);
    const message = whole(own, words, numbers, cell + head);
    if (there !== usual || escapes) {
      Object.keys(message).forEach((name, field) => {
        const at = 2 * (cell + head + field);
        const to = words[at + 1] as number;
        if (!((there >> field) & 1)) delete message[name];
        else if (typeof message[name] === "string" && to < 0)
          message[name] = JSON.parse(`"${own.slice(words[at], to & unescaped)}"`);
      });
      if ((there >> 20) & 1) message.err = numbers[cell + head + 20];
      if (there >> 21) message.flag = numbers[cell + head + 21];
    }
    messages.push(message as unknown as Message);
  }
  return messages;
}

/** A message with all the usual fields, in the order of their cells: each has its place in the code, which is fast. */
function whole(own: string, words: Int32Array, numbers: Float64Array, cell: number): Record<string, unknown> {
  const at = 2 * cell;
  return {
    status: numbers[cell],
    statusName: own.slice(words[at + 2], words[at + 3]),
    lastDate: own.slice(words[at + 4], words[at + 5]),
    lastTimestamp: numbers[cell + 3],
    sendDate: own.slice(words[at + 8], words[at + 9]),
    sendTimestamp: numbers[cell + 5],
    phone: own.slice(words[at + 12], words[at + 13]),
    cost: own.slice(words[at + 14], words[at + 15]),
    senderId: own.slice(words[at + 16], words[at + 17]),
    message: own.slice(words[at + 18], words[at + 19]),
    mccmnc: own.slice(words[at + 20], words[at + 21]),
    country: own.slice(words[at + 22], words[at + 23]),
    operator: own.slice(words[at + 24], words[at + 25]),
    region: own.slice(words[at + 26], words[at + 27]),
    type: numbers[cell + 14],
    id: numbers[cell + 15],
    intId: own.slice(words[at + 32], words[at + 33]),
    smsCnt: numbers[cell + 17],
    format: numbers[cell + 18],
    crc: numbers[cell + 19],
  };
}
