import type { CallOptions, Context } from "./context.js";
import type { NewSender, Sender, SenderCode, SenderCodeRequest, SenderContent, SenderQuery } from "./core.js";
import { aborted } from "./errors.js";
import { kind } from "./json.js";
import { run } from "./run.js";
import { items, type Walked, type WalkOptions } from "./walk.js";

/**
 * A document for the operators: jpg, tif, pdf, png, zip or rar, at most 3 MB. Bytes without a name get one by their
 * content.
 */
export type SenderDocument =
  | File
  | Blob
  | ArrayBuffer
  | ArrayBufferView
  | {
      /** The content. */
      data: Blob | ArrayBuffer | ArrayBufferView;
      /** The file's name; its ending must say what the content is. */
      fileName: string;
      /** The media type. */
      type?: string;
    };

/** A new sender name. */
export interface SenderInput extends SenderContent {
  /** The name itself, as recipients will see it. */
  name: string;
  /** The name is an e-mail address; with a comment, usually its owner's name. */
  email?: { comment?: string };
  /** Login of the sub-client that the name is for. */
  subaccount?: string;
}

/** A sender name, by its id or by itself. */
export type SenderId = { id: number | string | bigint; name?: undefined } | { id?: undefined; name: string };

/** A change of a sender name: which one, and what is new. */
export type SenderChange = SenderId & SenderContent & { subaccount?: string };

/** The account's sender names (sender ids). */
export class Senders {
  readonly #context: Context;
  readonly #walked: Walked<Sender, Sender[]>;

  /** @internal */
  constructor(context: Context) {
    this.#context = context;
    this.#walked = {
      context,
      endpoint: "senders",
      list: (context, query, options) => run(context, "senders.list", query, options),
      page: (senders) => ({ items: senders, nextCursor: oldest(senders) }),
      rest: (senders, doubles) => senders.filter((_, place) => !doubles.has(place)),
      id: (sender) => sender.id,
    };
  }

  /**
   * One request: sender names, at most 15000. None is an empty list. The service takes 3 identical requests a minute.
   *
   * @param query Which names, and with what; without it the activated ones.
   * @param options Options of this call.
   */
  list(query?: SenderQuery, options?: CallOptions): Promise<Sender[]> {
    return run(this.#context, "senders.list", query, options);
  }

  /**
   * Every sender name of the query, over as many requests as it takes.
   *
   * @param query Which names; `limit` is that of the whole walk.
   * @param options Options of each request; `totalTimeoutMs` of the whole walk; `onProgress`, told after each page.
   */
  iterate(query?: SenderQuery, options?: WalkOptions): AsyncIterableIterator<Sender> {
    return items(this.#walked, query, options);
  }

  /**
   * Asks for a new sender name, which a moderator then admits. Sent once, never again by itself. The service takes 5 a
   * minute.
   *
   * @param sender The name, with the registrations that it needs and a document for the operators.
   * @param options Options of this call.
   * @throws SmscError `invalid_parameter` or `document_rejected` before anything is sent; `not_saved` (N=5).
   */
  async add(sender: SenderInput, options?: CallOptions): Promise<NewSender> {
    const { input, upload } = await withDocument(sender, options);
    return run(this.#context, "senders.add", input, options, upload);
  }

  /**
   * Changes a sender name. Sent once, never again by itself.
   *
   * @param change `{ id }` or `{ name }`, and what is new.
   * @param options Options of this call.
   * @throws SmscError `not_found` (N=3), `not_saved` (N=5).
   */
  async update(change: SenderChange, options?: CallOptions): Promise<void> {
    const { input, upload } = await withDocument(change, options);
    await run(this.#context, "senders.update", input, options, upload);
  }

  /**
   * Sends a confirmation code to a digital sender name, a phone number. Sent once, never again by itself.
   *
   * @param request The number, and from which name the code comes.
   * @param options Options of this call.
   * @throws SmscError `invalid_number` (N=7), `undeliverable` (N=8), `code_already_sent` (N=10).
   */
  async sendCode(request: SenderCodeRequest, options?: CallOptions): Promise<void> {
    await run(this.#context, "senders.sendCode", request, options);
  }

  /**
   * Confirms a digital sender name by the code that it got. Sent once, never again by itself.
   *
   * @param confirmation The number and the code.
   * @param options Options of this call.
   * @throws SmscError `wrong_code` (N=11).
   */
  async confirmCode(confirmation: SenderCode, options?: CallOptions): Promise<void> {
    await run(this.#context, "senders.confirmCode", confirmation, options);
  }

  /**
   * Removes a sender name. Sent once, never again by itself.
   *
   * @param which `{ id }` or `{ name }`.
   * @param options Options of this call.
   * @throws SmscError `not_found` (N=3), `not_saved` (N=5).
   */
  async remove(which: SenderId & { subaccount?: string }, options?: CallOptions): Promise<void> {
    await run(this.#context, "senders.remove", which, options);
  }
}

/** The next page is of names created before the oldest of this one. */
function oldest(senders: readonly Sender[]): string | undefined {
  let least: number | undefined;
  for (const { id } of senders) if (least === undefined || id < least) least = id;
  return least === undefined ? undefined : String(least);
}

/** So many bytes tell every kind of document. */
const headLength = 16;

/** Takes the document out of the input: the core checks its name, size and beginning; the bytes stay here. */
async function withDocument(input: SenderInput | SenderChange, options: CallOptions | undefined) {
  const document: unknown = input?.document;
  if (document === undefined || document === null) return { input, upload: undefined };
  const { signal } = options ?? {};
  if (signal?.aborted) throw aborted(signal, "senders");
  const upload = asBlob(document);
  if (upload === undefined) return { input: { ...input, document: kind("something else") }, upload };
  const head = String.fromCharCode(...new Uint8Array(await upload.slice(0, headLength).arrayBuffer()));
  const fileName =
    (document as { fileName?: unknown; name?: unknown }).fileName ?? (document as { name?: unknown }).name;
  return { input: { ...input, document: { fileName, size: upload.size, head } }, upload };
}

function asBlob(document: unknown): Blob | undefined {
  if (typeof document !== "object" || document === null) return undefined;
  if (isBlob(document)) return document;
  if (isBytes(document)) return new Blob([document as BlobPart]);
  return "data" in document && document.data !== document ? asBlob(document.data) : undefined;
}

function isBlob(value: object): value is Blob {
  return "arrayBuffer" in value && "slice" in value && "size" in value && typeof value.arrayBuffer === "function";
}

/** By its tag, as an `ArrayBuffer` of another realm is one too. */
function isBytes(value: object): boolean {
  return ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === "[object ArrayBuffer]";
}
