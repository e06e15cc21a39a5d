import type { Message } from "../core.js";
import { HEADER_SLOTS } from "../core-constants.js";
import { addRareFields, fieldCount, usualFields, usualMessage } from "./message-fields.js";
import { textSlicer } from "./text-slicer.js";

/** The slots of a message. */
const messageSlots = HEADER_SLOTS + fieldCount;

/** Messages that share one string: fewer strings to make, and a message that is kept does not hold the page. */
const groupMessages = 8;

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
    const message = usualMessage(text, words, numbers, slot + HEADER_SLOTS);
    if (present !== usualFields || hasEscapes) correct(message, text, words, numbers, slot + HEADER_SLOTS, present);
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
  addRareFields(message, numbers, slot, present);
}
