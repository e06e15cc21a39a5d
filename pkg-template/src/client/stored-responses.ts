import type { Message, Sender, Task } from "../core.js";
import { formatsGlue } from "../formats-glue.js";
import { SmscError } from "../runtime/errors.js";
import { type Glue, Instance } from "../runtime/instance.js";
import { loadFailure } from "../runtime/load-failure.js";

/** The format of a response, as `fmt` selects it: 0 text, 1 comma-separated, 2 XML, 3 JSON. */
export type ResponseFormat = 0 | 1 | 2 | 3;

/** A message of a stored response. A format without time stamps has dates, and the other way round. */
export type StoredMessage<Format extends ResponseFormat> = Format extends 0
  ? Without<Message, "lastTimestamp" | "sendTimestamp">
  : Format extends 1
    ? Without<Message, "lastDate" | "sendDate">
    : Message;

type Without<T, Key extends keyof T> = Omit<T, Key> & { [K in Key]?: undefined };

/** Facts about the request of a stored list of sender names, which the list itself does not contain. */
export interface StoredSenders {
  /**
   * Whether the names were requested with `all=1`, so that each has a status. Only `fmt` 0 and 1 need it, and only if a name
   * can end in a comma and a number.
   *
   * @default Each name has a status if each line can have one.
   */
  all?: boolean | undefined;
}

/** The functions that the module exports: `src/web/formats.rs`. */
interface Exports {
  decodeHistory(text: string, fmt: ResponseFormat): Message[];
  decodeSenders(text: string, fmt: ResponseFormat, all: boolean | undefined): Sender[];
  decodeTasks(text: string, fmt: ResponseFormat): Task[];
}

type ModuleSource = () => WebAssembly.Module | Promise<WebAssembly.Module>;

/** An instance whose memory exceeds this is not kept, since its memory never shrinks. */
const MAX_KEPT_BYTES = 32 * 1024 * 1024;

let moduleSource: ModuleSource;
let compiledModule: WebAssembly.Module | undefined;
let instance: Instance<Exports> | undefined;
let starting: Promise<void> | undefined;

/** Sets how the module is loaded; each entry of the package has its own way. */
export function setModuleSource(source: ModuleSource): void {
  moduleSource = source;
}

/**
 * Decodes a stored response of the history (`get.php`): returns the messages that `history.list` would have returned for it. A
 * response that means "nothing found" is an empty array.
 *
 * A field that the format does not carry is absent: `fmt` 0 has no timestamps, `fmt` 1 no dates. Neither format quotes its
 * values. A message may still contain commas, line breaks and texts that resemble fields. A message that contains the
 * complete end of a record, a line break and the complete start of another is decoded as two messages. Any other response
 * with more than one reading is rejected (`bad_response`).
 *
 * @param text The response. A byte order mark at its start is ignored.
 * @param fmt The format of the response.
 * @throws {SmscError} The error of the live call if the response is an error; `bad_response` if it is not in its format.
 * @example
 * const messages = await decodeHistory("0,-3", 1); // []
 */
export function decodeHistory<const Format extends ResponseFormat>(
  text: string,
  fmt: Format,
): Promise<StoredMessage<Format>[]> {
  return decode("history", text, fmt, (exports) => exports.decodeHistory(text, fmt) as StoredMessage<Format>[]);
}

/**
 * Decodes a stored response of the sender names (`senders.php`): returns the names that `senders.list` would have returned for
 * it. A response that means "nothing found" is an empty array.
 *
 * @param text The response. A byte order mark at its start is ignored.
 * @param fmt The format of the response.
 * @param saved Facts about the request.
 * @throws {SmscError} The error of the live call if the response is an error; `bad_response` if it is not in its format.
 * @example
 * const senders = await decodeSenders("SMSC.RU,1,70002", 1, { all: true });
 * // [{ name: "SMSC.RU", id: 70002, status: 1 }]
 */
export async function decodeSenders(text: string, fmt: ResponseFormat, saved?: StoredSenders): Promise<Sender[]> {
  const all = checkAll(saved);
  return decode("senders", text, fmt, (exports) => exports.decodeSenders(text, fmt, all));
}

/**
 * Decodes a stored list of deferred tasks (`downloads.php`): returns the tasks that `tasks.list` would have returned for it. A
 * response that means "nothing found" is an empty array.
 *
 * @param text The response. A byte order mark at its start is ignored.
 * @param fmt The format of the response.
 * @throws {SmscError} The error of the live call if the response is an error; `bad_response` if it is not in its format.
 * @example
 * const tasks = await decodeTasks("12,November,2,21.11.2026 10:00,,november.csv", 1);
 * // [{ id: 12, name: "November", status: 2, created: "21.11.2026 10:00", file: "november.csv" }]
 */
export function decodeTasks(text: string, fmt: ResponseFormat): Promise<Task[]> {
  return decode("tasks", text, fmt, (exports) => exports.decodeTasks(text, fmt));
}

function checkAll(saved: StoredSenders | undefined): boolean | undefined {
  if (typeof (saved ?? {}) !== "object")
    throw invalid("senders", "saved", `takes an object, and got ${describe(saved)}`);
  const { all, ...others } = saved ?? {};
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    const message = `Unknown parameter \`${unknown}\`. The only one here is \`all\`.`;
    throw SmscError.create({ code: "invalid_parameter", message, endpoint: "senders", parameter: unknown });
  }
  if (all !== undefined && typeof all !== "boolean") {
    throw invalid("senders", "all", `takes \`true\` or \`false\`, and got ${describe(all)}`);
  }
  return all;
}

async function decode<T>(endpoint: string, text: unknown, fmt: unknown, call: (exports: Exports) => T[]): Promise<T[]> {
  if (typeof text !== "string") throw invalid(endpoint, "text", `takes a string, and got ${describe(text)}`);
  if (fmt !== 0 && fmt !== 1 && fmt !== 2 && fmt !== 3) {
    throw invalid(endpoint, "fmt", `takes 0, 1, 2 or 3, and got ${describe(fmt)}`);
  }
  try {
    // A call that waited for the same instance may have ended it.
    while (instance === undefined) await start();
    return callInstance(instance, call);
  } catch (error) {
    throw withEndpoint(error, endpoint);
  }
}

/** Calls a function of the instance, and drops the instance if it cannot be used again. */
function callInstance<T>(current: Instance<Exports>, call: (exports: Exports) => T): T {
  try {
    return current.enter(call);
  } finally {
    if (current.hasTrapped || current.memory.buffer.byteLength > MAX_KEPT_BYTES) instance = undefined;
  }
}

/** Starts an instance once for all calls that wait for it. After a failure, the next call starts one. */
function start(): Promise<void> {
  starting ??= load().finally(() => {
    starting = undefined;
  });
  return starting;
}

async function load(): Promise<void> {
  try {
    compiledModule ??= await moduleSource();
    instance = await createInstance(compiledModule);
  } catch (cause) {
    throw cause instanceof SmscError ? cause : loadFailure(cause);
  }
}

async function createInstance(module: WebAssembly.Module): Promise<Instance<Exports>> {
  const created = new Instance(formatsGlue as Glue<Exports>);
  created.start(await WebAssembly.instantiate(module, created.imports("formats")));
  return created;
}

/** The error, naming the endpoint. The module's own errors name it already; others are faults of the package or the host. */
function withEndpoint(error: unknown, endpoint: string): SmscError {
  if (error instanceof SmscError && error.endpoint !== undefined) return error;
  const { message, cause } =
    error instanceof SmscError ? error : { message: "the stored response could not be decoded", cause: error };
  return SmscError.create({ code: "internal", message, endpoint }, { cause });
}

function invalid(endpoint: string, parameter: string, problem: string): SmscError {
  return SmscError.create({ code: "invalid_parameter", message: `\`${parameter}\` ${problem}`, endpoint, parameter });
}

/** A value in a few words, for an error message. */
function describe(value: unknown): string {
  if (value === null || value === undefined || typeof value === "boolean") return String(value);
  return typeof value === "number" ? String(value) : `a value of type ${typeof value}`;
}
