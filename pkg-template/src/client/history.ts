import type { ColumnBatch } from "../builders/columns.js";
import type { CallOptions, HistoryPage, HistoryQuery, IterationOptions, Message } from "../core.js";
import { streamOfPieces } from "../files/byte-source.js";
import type { SelectOption } from "../files/parse-csv.js";
import { selected } from "../files/select.js";
import { bulkPages } from "./bulk-pages.js";
import type { Connection } from "./connection.js";
import { type ItemIterator, items, pages } from "./iteration.js";
import type { MessageColumns, MessageField } from "./message-columns.js";
import type { PlatformByteStream } from "./platform.js";

/** The history of sent messages. */
export class History {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Makes one request: at most 1000 messages, newest first. If nothing is found, the page is empty. A full page has a
   * `nextCursor`, which continues the same query.
   *
   * By default only SMS: e-mail messages take `channel: "email"` or `emails`. The service lists one channel in a request, so
   * that `channel: "all"` is for `iterate` and `pages`. It accepts 3 identical requests a minute and 30 an hour, and a period
   * of at most half a year.
   *
   * @param query Selects messages; without it the newest SMS of all.
   * @param options Options of this call.
   * @throws SmscError `invalid_parameter` before anything is sent, also for a cursor of another query; `unauthorized`,
   *   `ip_blocked`, `rate_limited` and those of the network.
   * @example
   * const { messages, nextCursor } = await smsc.history.list({ start: "2026-11-01", limit: 100 });
   */
  list(query?: HistoryQuery, options?: CallOptions): Promise<HistoryPage> {
    return this.#connection.call((client) => client.historyList(query, options));
  }

  /**
   * Iterates over every message of the query, once and newest first, with as many requests as it takes. A period longer than half
   * a year is split. `toArray(max)` collects the messages.
   *
   * By default only SMS. With `channel: "all"`, SMS and e-mail messages are merged by `sendTimestamp`: each channel takes its own
   * requests, and at most one page of each is held.
   *
   * @param query Selects messages; `limit` is that of the whole iteration. `cursor` is the `nextCursor` of the same query, from a
   *   page or from the progress.
   * @param options Options of each request; `totalTimeoutMs` of the whole iteration; `onProgress`, called after each request.
   * @throws SmscError As `list`; `bad_response` if the service's pages go in a circle.
   * @example
   * for await (const message of smsc.history.iterate({ start: "2026-01-01", channel: "all" })) {
   *   console.log(message.phone, message.status);
   * }
   */
  iterate(query?: HistoryQuery, options?: IterationOptions): ItemIterator<Message> {
    const messages = pages<HistoryPage>(this.#connection, (client) => client.historyPages(query, options));
    return items(messages, (page) => page.messages, options, "history");
  }

  /**
   * The same iteration, a page at a time. The limits can stretch it over hours: a page's `nextCursor`, passed as the `cursor` of
   * the same query, continues after that page in another process. A page can be empty: half a year without messages.
   *
   * By default only SMS. With `channel: "all"`, a page has the SMS and e-mail messages that come next, newest first.
   *
   * @param query Selects messages; `limit` is that of the whole iteration, those before `cursor` included.
   * @param options Options of each request; `totalTimeoutMs` of the whole iteration; `onProgress`, called after each request.
   * @throws SmscError As `iterate`.
   * @example
   * for await (const { messages, nextCursor } of smsc.history.pages({ start: "2025-01-01", cursor: saved })) {
   *   await store(messages, nextCursor);
   * }
   */
  pages(query?: HistoryQuery, options?: IterationOptions): AsyncIterableIterator<HistoryPage> {
    return pages(this.#connection, (client) => client.historyPages(query, options));
  }

  /**
   * The same iteration in columns: a batch for each page that is not empty, without an object for each message. A text that repeats
   * within a batch is created once.
   *
   * Integers are a `Float64Array`, with `NaN` for a message without the field; other fields are texts, with `""`. `id` is texts in a
   * batch with an id beyond 2^53, which a number would round. Fields that this package does not know (`extra`) are left out.
   *
   * Batches have no cursor. An export that must continue after an interruption saves the `nextCursor` of `pages`.
   *
   * @param query Selects messages, as for `iterate`.
   * @param options As for `iterate`, and `select`: the fields to read. The others are not decoded.
   * @throws SmscError As `iterate`; `invalid_parameter` for a field that messages do not have.
   * @example
   * for await (const { length, columns } of smsc.history.columns({ start: "2026-01-01" }, { select: ["phone", "cost"] })) {
   *   await insert(length, columns.phone, columns.cost);
   * }
   */
  columns<const Field extends MessageField = MessageField>(
    query?: HistoryQuery,
    options?: IterationOptions & SelectOption<Field>,
  ): AsyncIterableIterator<ColumnBatch<MessageColumns<Field>>> {
    const { select, rest } = splitSelect(options);
    const batches = bulkPages(
      this.#connection,
      (client, output) => client.historyBulk(query, rest, ["select"], output),
      ({ historyColumns }) => historyColumns(selected(select, "history")),
    );
    return batches as AsyncIterableIterator<ColumnBatch<MessageColumns<Field>>>;
  }

  /**
   * The same iteration as NDJSON: UTF-8, a line for each message, equal to `JSON.stringify` of the message that `iterate` gives. The
   * lines are written from the bytes of the pages; cancelling the stream ends the iteration.
   *
   * Lines have no cursor. An export that must continue after an interruption saves the `nextCursor` of `pages`.
   *
   * @param query Selects messages, as for `iterate`.
   * @param options As for `iterate`.
   * @throws SmscError The stream fails as `iterate`, after all complete lines.
   * @example
   * await smsc.history.ndjson({ start: "2026-01-01" }).pipeTo(destination);
   */
  ndjson(query?: HistoryQuery, options?: IterationOptions): PlatformByteStream {
    const lines = bulkPages<Uint8Array>(
      this.#connection,
      (client, output) => client.historyBulk(query, options, [], output),
      ({ historyLines }) => historyLines(),
    );
    return streamOfPieces(lines);
  }
}

/** The fields to select, and the options of the iteration. The core rejects what is no object, or has a getter that throws. */
function splitSelect(options: (IterationOptions & { select?: unknown }) | undefined): {
  select?: unknown;
  rest: IterationOptions | undefined;
} {
  if (typeof options !== "object" || options === null || Array.isArray(options)) return { rest: options };
  try {
    const { select, ...rest } = options;
    return { select, rest };
  } catch {
    return { rest: options };
  }
}
