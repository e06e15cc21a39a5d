import type { Message, Sender, Task } from "../core.js";
import { atCaller, withEndpoint } from "../runtime/errors.js";
import { type Formats, loadFormats } from "../runtime/formats-loader.js";

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
  return decode("history", ({ decodeHistory }) => decodeHistory(text, fmt));
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
export function decodeSenders(text: string, fmt: ResponseFormat, saved?: StoredSenders): Promise<Sender[]> {
  return decode("senders", ({ decodeSenders }) => decodeSenders(text, fmt, saved));
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
  return decode("tasks", ({ decodeTasks }) => decodeTasks(text, fmt));
}

async function decode<T>(endpoint: string, act: (loaded: Formats) => Promise<T>): Promise<T> {
  try {
    return await act(await loadFormats());
  } catch (error) {
    throw atCaller(withEndpoint(error, endpoint));
  }
}
