import type { CallOptions, HistoryPage, HistoryQuery, IterationOptions, Message } from "../core.js";
import type { Connection } from "./connection.js";
import { items, pages } from "./iteration.js";

/** The history of sent messages. */
export class History {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Makes one request: at most 1000 messages, newest first. If nothing is found, the page is empty.
   *
   * The service accepts 3 identical requests a minute and 30 an hour, and a period of at most half a year.
   *
   * @param query Selects messages; without it the newest of all.
   * @param options Options of this call.
   * @throws SmscError `invalid_parameter` before anything is sent; `unauthorized`, `ip_blocked`, `rate_limited` and those
   *   of the network.
   */
  list(query?: HistoryQuery, options?: CallOptions): Promise<HistoryPage> {
    return this.#connection.call((client) => client.historyList(query, options));
  }

  /**
   * Iterates over every message of the query, once and newest first, with as many requests as it takes. A period longer than half
   * a year is split.
   *
   * @param query Selects messages; `limit` is that of the whole iteration, `cursor` where it begins or, from `onProgress`, continues.
   * @param options Options of each request; `totalTimeoutMs` of the whole iteration; `onProgress`, called after each page.
   * @throws SmscError As `list`; `bad_response` if the service's pages go in a circle.
   */
  iterate(query?: HistoryQuery, options?: IterationOptions): AsyncIterableIterator<Message> {
    const messages = this.pages(query, options);
    return items(messages, (page) => page.messages, options?.signal, "history");
  }

  /**
   * The same iteration, a page at a time. The limits can stretch it over hours: a page's `cursor`, passed with the same query,
   * continues after that page in another process.
   *
   * @param query Selects messages; `limit` is that of the whole iteration, `cursor` where it begins or, from a page, continues.
   * @param options Options of each request; `totalTimeoutMs` of the whole iteration; `onProgress`, called after each page.
   * @throws SmscError As `iterate`.
   */
  pages(query?: HistoryQuery, options?: IterationOptions): AsyncIterableIterator<HistoryPage> {
    return pages(this.#connection, (client) => client.historyPages(query, options));
  }
}
