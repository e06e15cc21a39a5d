import type { Message } from "../core.js";
import { textSlicer } from "./text-slicer.js";

/** As in `scan/src/page.rs`: the slots of a message before those of its fields, and all of them. */
const headSlots = 2;
const messageSlots = headSlots + 22;

/** Messages that share one string: fewer strings to make, and a message that is kept does not hold the page. */
const groupMessages = 8;

/** The fields that a message nearly always has, of the 22 that it can have: only `err` and `flag` are missing. */
const usualFields = 0xfffff;

/** The end of a text with escapes has a mark, which makes it negative. */
const unmarked = 0x7fff_ffff;

/** Makes the messages of a page that the core read: three numbers at that address describe it, as in `src/api/page_reader.rs`. */
export function buildMessages(memory: WebAssembly.Memory, address: number): Message[] {
  const { buffer } = memory;
  const [slots, textAddress, slotAddress] = new Uint32Array(buffer, address, 3) as unknown as [number, number, number];
  const slice = textSlicer(memory, textAddress);
  const words = new Int32Array(buffer, slotAddress, 2 * slots);
  const numbers = new Float64Array(buffer, slotAddress, slots);
  const messages: Message[] = [];
  let group = "";
  let groupStart = 0;
  for (let slot = 0; slot < slots; slot += messageSlots) {
    const [from, to] = [words[2 * slot] as number, words[2 * slot + 1] as number];
    const [present, hasEscapes] = [words[2 * slot + 2] as number, words[2 * slot + 3] as number];
    if (messages.length % groupMessages === 0) {
      const last = Math.min(slot + (groupMessages - 1) * messageSlots, slots - messageSlots);
      group = slice(from, words[2 * last + 1] as number);
      groupStart = from;
    }
    const text = group.slice(from - groupStart, to - groupStart);
    const message = usualMessage(text, words, numbers, slot + headSlots);
    if (present !== usualFields || hasEscapes) correct(message, text, words, numbers, slot + headSlots, present);
    messages.push(message as unknown as Message);
  }
  return messages;
}

/** Removes the fields that a message does not have, adds the rare ones, and unescapes its texts. */
function correct(
  message: Record<string, unknown>,
  text: string,
  words: Int32Array,
  numbers: Float64Array,
  slot: number,
  present: number,
): void {
  Object.keys(message).forEach((name, field) => {
    const at = 2 * (slot + field);
    const to = words[at + 1] as number;
    if (!((present >> field) & 1)) delete message[name];
    else if (typeof message[name] === "string" && to < 0)
      message[name] = JSON.parse(`"${text.slice(words[at], to & unmarked)}"`);
  });
  if ((present >> 20) & 1) message.err = numbers[slot + 20];
  if (present >> 21) message.flag = numbers[slot + 21];
}

/** A message with all usual fields, in the order of their slots. One literal: engines make such objects fastest. */
function usualMessage(text: string, words: Int32Array, numbers: Float64Array, slot: number): Record<string, unknown> {
  const at = 2 * slot;
  return {
    status: numbers[slot],
    statusName: text.slice(words[at + 2], words[at + 3]),
    lastDate: text.slice(words[at + 4], words[at + 5]),
    lastTimestamp: numbers[slot + 3],
    sendDate: text.slice(words[at + 8], words[at + 9]),
    sendTimestamp: numbers[slot + 5],
    phone: text.slice(words[at + 12], words[at + 13]),
    cost: text.slice(words[at + 14], words[at + 15]),
    senderId: text.slice(words[at + 16], words[at + 17]),
    message: text.slice(words[at + 18], words[at + 19]),
    mccmnc: text.slice(words[at + 20], words[at + 21]),
    country: text.slice(words[at + 22], words[at + 23]),
    operator: text.slice(words[at + 24], words[at + 25]),
    region: text.slice(words[at + 26], words[at + 27]),
    type: numbers[slot + 14],
    id: numbers[slot + 15],
    intId: text.slice(words[at + 32], words[at + 33]),
    smsCnt: numbers[slot + 17],
    format: numbers[slot + 18],
    crc: numbers[slot + 19],
  };
}
