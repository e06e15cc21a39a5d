import type {
  CallOptions,
  IterationOptions,
  NewSender,
  SenderCode,
  SenderCodeRequest,
  SenderInput,
  SenderQuery,
} from "../core.js";
import type { Connection } from "./connection.js";
import { type ItemIterator, items, pages } from "./iteration.js";
import type { Flag, SenderDetails, SenderWith } from "./sender-details.js";
import type { SenderChange, SenderId } from "./types.js";

/** The account's sender names (sender ids). */
export class Senders {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Makes one request: at most 15000 sender names. The service accepts 3 identical requests a minute.
   *
   * @param query Selects names, and what comes with them; without it the activated ones.
   * @param options Options of this call.
   * @throws SmscError `invalid_parameter` before anything is sent; `unauthorized`, `ip_blocked`, `rate_limited`,
   *   `too_many_connections`, `connection`, `timeout`, `http_status`, `bad_response`, `aborted`.
   * @example
   * const senders = await smsc.senders.list({ all: true, operators: true });
   */
  list<const All extends Flag = false, const Operators extends Flag = false, const Files extends Flag = false>(
    query?: SenderQuery & SenderDetails<All, Operators, Files>,
    options?: CallOptions,
  ): Promise<SenderWith<All, Operators, Files>[]> {
    const senders = this.#connection.call((client) => client.sendersList(query, options));
    return senders as Promise<SenderWith<All, Operators, Files>[]>;
  }

  /**
   * Iterates over every sender name of the query, with as many requests as it takes. `toArray(max)` collects the names.
   *
   * @param query Selects names; `limit` is that of the whole iteration. `cursor` is an id, or the `nextCursor` of the progress of
   *   the same query.
   * @param options Options of each request; `totalTimeoutMs` of the whole iteration; `onProgress`, called after each request.
   * @throws SmscError As `list`; `bad_response` if the service's pages go in a circle; `invalid_parameter` if 15000 names or more
   *   changed since `changedSince`, which the service cannot list completely.
   * @example
   * for await (const sender of smsc.senders.iterate({ all: true })) console.log(sender.name, sender.status);
   */
  iterate<const All extends Flag = false, const Operators extends Flag = false, const Files extends Flag = false>(
    query?: SenderQuery & SenderDetails<All, Operators, Files>,
    options?: IterationOptions,
  ): ItemIterator<SenderWith<All, Operators, Files>> {
    type Page = SenderWith<All, Operators, Files>[];
    const senders = pages<Page>(this.#connection, (client) => client.sendersPages(query, options));
    return items(senders, (page) => page, options, "senders");
  }

  /**
   * The sender name of any status, with its operators and files; `undefined` if the account does not have it. The service has no
   * command for one name, so its list is searched: by id with one request, by name with one for each 15000 names.
   *
   * A name that is equal is preferred. Otherwise one that differs only in the case of Latin letters is found: compare
   * `sender.name` if the case matters.
   *
   * @param sender `{ id }` or `{ name }`, and `subaccount` for a name of a sub-client.
   * @param options Options of each request; `totalTimeoutMs` of the whole search.
   * @throws SmscError As `list`.
   * @example
   * const sender = await smsc.senders.get({ name: "SHOP" });
   * if (sender?.operators.mtsStep === 2) console.log("MTS has approved it");
   */
  get(
    sender: SenderId & {
      /** Login of the sub-client whose name is meant. */
      subaccount?: string | undefined;
    },
    options?: CallOptions,
  ): Promise<SenderWith<true, true, true> | undefined> {
    const found = this.#connection.call((client) => client.sendersGet(sender, options));
    return found as Promise<SenderWith<true, true, true> | undefined>;
  }

  /**
   * Requests a new sender name, which a moderator then approves. Sent once, never retried. The service accepts 5 a minute.
   *
   * @param sender The name, with the registrations that it needs and a document for the operators.
   * @param options Options of this call.
   * @throws SmscError `invalid_parameter` or `document_rejected` before anything is sent; `not_saved` (N=5); those of every change:
   *   `unauthorized`, `ip_blocked`, `rate_limited`, `too_many_connections`, `connection`, `timeout`, `http_status`, `bad_response`,
   *   `aborted`.
   * @example
   * const { id } = await smsc.senders.add({ name: "ALMA", registrations: { mtsStep: true } });
   */
  add(sender: SenderInput, options?: CallOptions): Promise<NewSender> {
    return this.#connection.change((client) => client.sendersAdd(sender, options));
  }

  /**
   * Changes a sender name. Sent once, never retried.
   *
   * @param change `{ id }` or `{ name }`, and the new values.
   * @param options Options of this call.
   * @throws SmscError `invalid_parameter` or `document_rejected` before anything is sent; `not_found` (N=3), `not_saved` (N=5); those of
   *   every change, as `add`.
   * @example
   * await smsc.senders.update({ name: "ALMA", comment: "Order notifications" });
   */
  update(change: SenderChange, options?: CallOptions): Promise<void> {
    return this.#connection.change((client) => client.sendersUpdate(change, options));
  }

  /**
   * Sends a confirmation code to a digital sender name, a phone number. Add the number with `add` first. Sent once, never retried.
   *
   * @param request The number, and the name from which the code comes.
   * @param options Options of this call.
   * @throws SmscError `invalid_parameter` before anything is sent; `not_found` (N=3) for a number that was not added, or a `site` that
   *   you do not have; `invalid_number` (N=7), `undeliverable` (N=8), `code_already_sent` (N=10); those of every change, as `add`.
   * @example
   * await smsc.senders.sendCode({ name: "79991234567" });
   */
  sendCode(request: SenderCodeRequest, options?: CallOptions): Promise<void> {
    return this.#connection.change((client) => client.sendersSendCode(request, options));
  }

  /**
   * Confirms a digital sender name by the code that it received. Sent once, never retried.
   *
   * @param confirmation The number and the code.
   * @param options Options of this call.
   * @throws SmscError `invalid_parameter` before anything is sent; `not_found` (N=3), `wrong_code` (N=11); those of every change, as `add`.
   * @example
   * await smsc.senders.confirmCode({ name: "79991234567", code: "4821" });
   */
  confirmCode(confirmation: SenderCode, options?: CallOptions): Promise<void> {
    return this.#connection.change((client) => client.sendersConfirmCode(confirmation, options));
  }

  /**
   * Removes a sender name. Sent once, never retried.
   *
   * @param sender `{ id }` or `{ name }`.
   * @param options Options of this call.
   * @throws SmscError `invalid_parameter` before anything is sent; `not_found` (N=3), `not_saved` (N=5); those of every change, as `add`.
   * @example
   * await smsc.senders.remove({ name: "ALMA" });
   */
  remove(sender: SenderId & { subaccount?: string }, options?: CallOptions): Promise<void> {
    return this.#connection.change((client) => client.sendersRemove(sender, options));
  }
}
