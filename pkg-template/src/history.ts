import type { CallOptions, Context } from "./context.js";
import type { HistoryPage, HistoryQuery, Message } from "./core.js";
import { run } from "./run.js";
import { items, pages, type Walked, type WalkOptions } from "./walk.js";

/** The history of sent messages. */
export class History {
  readonly #context: Context;
  readonly #walked: Walked<Message, HistoryPage>;

  /** @internal */
  constructor(context: Context) {
    this.#context = context;
    this.#walked = {
      context,
      endpoint: "history",
      list,
      page: ({ messages, nextCursor }) => ({ items: messages, nextCursor }),
      rest: (page, doubles, cursor) => ({
        ...page,
        ...(doubles.size > 0 && { messages: page.messages.filter((_, place) => !doubles.has(place)) }),
        ...(cursor !== undefined && { cursor }),
      }),
      id: (message) => message.intId,
      time: (message) => message.sendTimestamp,
    };
  }

  /**
   * One request: at most 1000 messages, newest first. Nothing found is an empty page.
   *
   * The service takes 3 identical requests a minute and 30 an hour, and a period of at most half a year.
   *
   * @param query Which messages; without it the newest of all.
   * @param options Options of this call.
   * @throws SmscError `invalid_parameter` before anything is sent; `unauthorized`, `ip_blocked`, `rate_limited` and those
   *   of the network.
   */
  list(query?: HistoryQuery, options?: CallOptions): Promise<HistoryPage> {
    return list(this.#context, query, options);
  }

  /**
   * Every message of the query, once and newest first, over as many requests as it takes. A period longer than half a year
   * is split.
   *
   * @param query Which messages; `limit` is that of the whole walk, `cursor` where it starts or, from `onProgress`, goes on.
   * @param options Options of each request; `totalTimeoutMs` of the whole walk; `onProgress`, told after each page.
   * @throws SmscError As `list`; `bad_reply` where the service's pages lead in a circle.
   */
  iterate(query?: HistoryQuery, options?: WalkOptions): AsyncIterableIterator<Message> {
    return items(this.#walked, query, options);
  }

  /**
   * The same walk, a page at a time. The limits can stretch it over hours: a page's `cursor`, given with the same query, goes
   * on behind that page in another process.
   *
   * @param query Which messages; `limit` is that of the whole walk, `cursor` where it starts or, from a page, goes on.
   * @param options Options of each request; `totalTimeoutMs` of the whole walk; `onProgress`, told after each page.
   */
  pages(query?: HistoryQuery, options?: WalkOptions): AsyncIterableIterator<HistoryPage> {
    return pages(this.#walked, query, options);
  }
}

/** What the service gives without a limit is not documented: so many are asked for. */
const most = 1000;

async function list(context: Context, query: unknown, options: CallOptions | undefined): Promise<HistoryPage> {
  const messages = await run<Message[]>(context, "history.list", query, options);
  const { limit = most } = (query ?? {}) as HistoryQuery;
  const cursor = messages.length >= Number(limit) ? messages.at(-1)?.intId : undefined;
  return cursor === undefined ? { messages } : { messages, nextCursor: cursor };
}
