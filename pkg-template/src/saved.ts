import type { Message, Sender, Task } from "./core.js";
import { type ErrorDetails, SmscError } from "./errors.js";
import { messagesOf } from "./page.js";
import { write } from "./write.js";

/** The format of a reply, as `fmt` asks for it: 0 text, 1 comma-separated, 2 XML, 3 JSON. */
export type ReplyFormat = 0 | 1 | 2 | 3;

/** What a list of sender names cannot tell of itself. */
export interface SavedSenders {
  /**
   * Whether the names were asked for with `all=1`, so that each has a status. Only `fmt` 0 and 1 need it, and only where a
   * name could end in a comma and a number. Default: each has a status if each can have one.
   */
  all?: boolean | undefined;
}

/** The lists, by number: as in `src/formats/border.rs`. */
enum List {
  History,
  Tasks,
  Senders,
  ActiveSenders,
  AllSenders,
}

/** What the module exports. Only numbers cross. */
interface Exports {
  memory: WebAssembly.Memory;
  /** Makes room for a text of so many bytes. Gives its address. */
  room(length: number): number;
  /** Reads the text that stands there, of so many bytes. In its place comes JSON: gives its length. */
  read(length: number, list: List, fmt: ReplyFormat): number;
  /** Makes room for a page of the history. Gives its address. */
  page_room(length: number): number;
  /**
   * Reads the page that stands there, of so many bytes, if it is one that can be read at once. Gives where three numbers lie that
   * tell of it, or 0.
   */
  page(length: number): number;
  /** Where the JSON stands. */
  place(): number;
  __wbindgen_start(): void;
}

type Module = WebAssembly.Module | Promise<WebAssembly.Module>;

let moduleSource: (() => Module) | undefined;
let compiled: WebAssembly.Module | undefined;
let making: Promise<void> | undefined;
/** An instance that waits for a text. */
let idle: Exports | undefined;

/** Longer texts are encoded first, so that the memory grows by no more than they have. */
const longestWritten = 1024 * 1024;

/** An instance that grew beyond this is not kept: its memory would never shrink. */
const mostKept = 32 * 1024 * 1024;

/** Each entry says here how it reaches the module. */
export function setModule(source: () => Module): void {
  moduleSource = source;
}

/**
 * Reads a saved reply of the history (`get.php`): the messages that `history.list` would have given for it. "Nothing found"
 * is an empty array; an error reply rejects as the live call would.
 *
 * A field that the format does not carry is absent: `fmt` 0 has no timestamps, `fmt` 1 no dates. In both, which quote nothing, a
 * message may hold commas, line breaks and what looks like fields; but one that holds the whole end of a record, a line
 * break and the whole beginning of the next is two to everybody. What has more than one reading is refused (`bad_reply`).
 *
 * @param text The reply, as text. A byte order mark at its beginning is dropped.
 * @param fmt Its format.
 */
export async function decodeHistory(text: string, fmt: ReplyFormat): Promise<Message[]> {
  return (await decoded("history", List.History, text, fmt)) as Message[];
}

/**
 * Reads a saved reply of the sender names (`senders.php`): those that `senders.list` would have given for it. "Nothing
 * found" is an empty array; an error reply rejects as the live call would.
 *
 * @param text The reply, as text. A byte order mark at its beginning is dropped.
 * @param fmt Its format.
 * @param saved What is known of the request.
 */
export async function decodeSenders(text: string, fmt: ReplyFormat, saved?: SavedSenders): Promise<Sender[]> {
  return (await decoded("senders", sendersList(saved), text, fmt)) as Sender[];
}

/**
 * Reads a saved list of deferred tasks (`downloads.php`): those that `tasks.list` would have given for it. "Nothing found" is
 * an empty array; an error reply rejects as the live call would.
 *
 * @param text The reply, as text. A byte order mark at its beginning is dropped.
 * @param fmt Its format.
 */
export async function decodeTasks(text: string, fmt: ReplyFormat): Promise<Task[]> {
  return (await decoded("tasks", List.Tasks, text, fmt)) as Task[];
}

function sendersList(saved: SavedSenders | undefined): List {
  if (typeof (saved ?? {}) !== "object") throw wrong("senders", "saved", `takes an object, and got ${got(saved)}`);
  const { all, ...others } = saved ?? {};
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) throw wrong("senders", unknown, "is not known here; there is `all`");
  if (all === undefined) return List.Senders;
  if (typeof all !== "boolean") throw wrong("senders", "all", `takes \`true\` or \`false\`, and got ${got(all)}`);
  return all ? List.AllSenders : List.ActiveSenders;
}

async function decoded(endpoint: string, list: List, text: unknown, fmt: unknown): Promise<unknown[]> {
  if (typeof text !== "string") throw wrong(endpoint, "text", `takes a text, and got ${got(text)}`);
  if (fmt !== 0 && fmt !== 1 && fmt !== 2 && fmt !== 3) {
    throw wrong(endpoint, "fmt", `takes 0, 1, 2 or 3, and got ${got(fmt)}`);
  }
  let value: unknown[] | ErrorDetails;
  try {
    while (idle === undefined) await ready();
    value = read(idle, list, text, fmt);
  } catch (cause) {
    const message = "the saved reply could not be read";
    throw cause instanceof SmscError ? cause : new SmscError({ code: "internal", message, endpoint }, { cause });
  }
  if (Array.isArray(value)) return value;
  throw new SmscError(value);
}

/** The instance is put back when it is done, so that one that trapped is not met again. */
function read(exports: Exports, list: List, text: string, fmt: ReplyFormat): unknown[] | ErrorDetails {
  const { memory, page_room, page, room, read, place } = exports;
  idle = undefined;
  const put = (make: Exports["room"]) => write(text, longestWritten, memory, make);
  let value: unknown[] | ErrorDetails;
  let found = 0;
  if (list === List.History && fmt === 3) {
    found = page(put(page_room)) >>> 0;
  }
  if (found > 0) value = messagesOf(memory.buffer, found);
  else {
    const length = read(put(room), list, fmt) >>> 0;
    value = JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, place() >>> 0, length)));
  }
  room(0);
  if (memory.buffer.byteLength <= mostKept) idle = exports;
  return value;
}

/** Waits for an instance; one that could not be had is tried again by the next call. */
function ready(): Promise<void> {
  making ??= make().finally(() => {
    making = undefined;
  });
  return making;
}

async function make(): Promise<void> {
  compiled ??= await (moduleSource as () => Module)();
  // The one import would fill a table of JavaScript values, of which none crosses.
  const imports = { "./formats_bg.js": { __wbindgen_init_externref_table() {} } };
  const { exports } = await WebAssembly.instantiate(compiled, imports);
  const made = exports as unknown as Exports;
  made.__wbindgen_start();
  idle = made;
}

function wrong(endpoint: string, parameter: string, what: string): SmscError {
  return new SmscError({ code: "invalid_parameter", message: `\`${parameter}\` ${what}`, endpoint, parameter });
}

/** What was got, in a word or two. */
function got(value: unknown): string {
  if (value === null || value === undefined || typeof value === "boolean") return String(value);
  return typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
}
