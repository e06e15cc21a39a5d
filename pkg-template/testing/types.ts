/** The public types of the emulator. Fields have the names that the client uses. */

import type { ClientOptions, ClientSettings } from "smsc-wasm";
import type { Fault } from "./fault-types.js";

export type * from "./fault-types.js";

/** A sent message of the account: the fields of the client's `Message`. */
export interface EmulatorMessage {
  /** Status code; -3 to 25, 1 is delivered. */
  status: number;
  /** The status in words, Russian. */
  statusName: string;
  /** Last change of the status, Unix seconds. */
  lastTimestamp: number;
  /** Replaces the text made from `lastTimestamp`. */
  lastDate?: string | undefined;
  /** Time of sending, Unix seconds. */
  sendTimestamp: number;
  /** Replaces the text made from `sendTimestamp`. */
  sendDate?: string | undefined;
  /** Phone number in digits, or the address of an e-mail. */
  phone: string;
  /** Price in the account's currency, decimal text with a dot. */
  cost: string;
  /** Sender name. */
  senderId: string;
  /** Text of the message. */
  message: string;
  /** Mobile country and network code. */
  mccmnc: string;
  /** Country of the number, Russian. */
  country: string;
  /** Operator of the number. */
  operator: string;
  /** Region of the number; may be empty. */
  region: string;
  /** 0 SMS, 1 flash, 2 binary, 3 WAP push, 4 HLR, 5 ping, 6 MMS, 7 call, 8 e-mail, 10 Viber, 12 social. */
  type: number;
  /** The number that the sender assigned to the message. */
  id: number;
  /** The number that the service assigned: decimal text, may exceed 2^53, increases with time. */
  intId: string;
  /** Parts of the message. */
  smsCnt: number;
  /** 8 for e-mails, 0 for text. */
  format: number;
  /** CRC-32 of the text, unsigned. */
  crc: number;
  /** Delivery error; 0 for no error. */
  err: number;
  /** A number that the service adds to some responses. */
  flag?: number | undefined;
  /**
   * Other fields of JSON and XML responses, under the service's own keys, for example `{ operator_orig: "МТС" }`. They come after
   * the documented fields. A key of a documented field replaces its value: `{ err: "none" }`.
   */
  extra?: Record<string, unknown> | undefined;
}

/** The key of an operator, as in the client's `Sender.operators`. */
export type EmulatorOperatorKey =
  | "megaStep"
  | "megaInt"
  | "beeStep"
  | "motiv"
  | "motivStep"
  | "motivInt"
  | "sberStep"
  | "sberInt"
  | "winmobStep"
  | "volnamobStep"
  | "mtsStep"
  | "mtsInt"
  | "tele2Step"
  | "tele2"
  | "tele2Int"
  | "uaReg"
  | "uaInt"
  | "byReg"
  | "byInt";

/** A document for the operators: the fields of the client's `SenderFile`. */
export interface EmulatorFile {
  /** File name. */
  name: string;
  /** The service's id of the file. */
  id: number;
  /** 0 being checked, 1 rejected, 2 approved. */
  status: number;
  /** The moderator's comment. */
  comment: string;
  /** Bytes received. */
  size: number;
  /** The `documentInfo` of the upload. */
  info: string;
  /** Other fields of JSON and XML responses, under the service's own keys. */
  extra?: Record<string, unknown> | undefined;
}

/** A change of a sender name that takes effect when the clock reaches `at`. */
export interface SenderEvent {
  /** Milliseconds of the emulator's clock. */
  at: number;
  /** New status of the name. */
  status?: number | undefined;
  /** Operator whose status becomes `operatorStatus`. */
  operator?: EmulatorOperatorKey | undefined;
  /** New operator status; default 2. */
  operatorStatus?: number | undefined;
  /** Id of the file whose status becomes `fileStatus`. */
  fileId?: number | undefined;
  /** New file status; default 2. */
  fileStatus?: number | undefined;
}

/** The details of a registration in Ukraine, as the client's `registrations.uaReg`. */
export interface EmulatorUkraineDetails {
  /** Legal name of the organisation. */
  legalName: string;
  /** ЕДРПОУ or ИНН. */
  taxId: string;
  /** Address of the web site. */
  site: string;
  /** E-mail address for contact. */
  email: string;
  /** Actual address. */
  address: string;
  /** Description of the services that the sender provides. */
  description: string;
  /** Subject of the messages. */
  subject: string;
}

/** The details of a registration in Belarus, as the client's `registrations.byReg`. */
export interface EmulatorBelarusDetails {
  /** Name of the company. */
  companyName: string;
  /** УНП. */
  taxId: string;
  /** Legal address. */
  address: string;
  /** Number of the occupation in the service's list, 1 to 19, as text. */
  occupation: string;
  /** Number of the kind of mailing in the service's list, 1 to 3, as text. */
  mailingType: string;
  /** Sample of a message. */
  sampleMessage: string;
  /** Address of the web site. */
  site: string;
}

/** A sender name of the account: the fields of the client's `Sender`, and the fields of an addition that the list omits. */
export interface EmulatorSender {
  /** The name: up to 11 characters, a phone number, or an e-mail address. */
  name: string;
  /** The service's id, increases with every new name. */
  id: number;
  /** 0 awaits moderation, 1 approved, 2 disabled. */
  status: number;
  /** The owner's comment. */
  comment: string;
  /** Status of each registration; responses show missing operators as 0. */
  operators: Partial<Record<EmulatorOperatorKey, number>>;
  /** Names that replace this one at an operator; responses show them as `mts_step_subst`, for example. */
  substitutes: Partial<Record<EmulatorOperatorKey, string>>;
  /** Documents. */
  files: EmulatorFile[];
  /** Details of registrations in Ukraine and Belarus. */
  details: { ukraine?: EmulatorUkraineDetails | undefined; belarus?: EmulatorBelarusDetails | undefined };
  /** Time of creation, milliseconds of the emulator's clock. */
  created: number;
  /** Last change at any operator, milliseconds of the emulator's clock; `changedSince` compares with it. */
  changed?: number | undefined;
  /** Only for an e-mail address: the comment of its addition. */
  email?: { comment: string } | undefined;
  /** Login of the sub-account that owns the name; absent if the account itself does. */
  subaccount?: string | undefined;
  /** True for a name of the service that cannot be changed or deleted (error 5). */
  locked?: boolean | undefined;
  /** Pending changes. An empty array keeps the name as it is. */
  due: SenderEvent[];
  /** Other fields of JSON and XML responses, under the service's own keys. */
  extra?: Record<string, unknown> | undefined;
}

/** A change of a task that takes effect when the clock reaches `at`. */
export interface TaskEvent {
  /** Milliseconds of the emulator's clock. */
  at: number;
  /** New status of the task. */
  status: number;
}

/**
 * The content of a task's file. A string is sent as UTF-8. A function is called for every download; it can return a stream that
 * does not fit in memory.
 */
export type TaskContent =
  | Uint8Array
  | string
  | (() => Uint8Array | string | Promise<Uint8Array | string> | AsyncIterable<Uint8Array>);

/** A deferred task of the account: the fields of the client's `Task`, and its file. */
export interface EmulatorTask {
  /** The service's id, increases with every new task. */
  id: number;
  /** Free text; may contain commas. */
  name: string;
  /** 0 waiting, 1 running, 2 done, 3 cancelled, 4 failed. */
  status: number;
  /** Milliseconds of the emulator's clock, or a text that responses show unchanged. */
  created: number | string;
  /** Start time, in the same form; "" before the start. */
  time: number | string;
  /** Name of the file; "" before it exists. */
  file: string;
  /** Content of the download once the status is 2; default ten generated messages. */
  content: TaskContent;
  /** Headers of the download; they override the default ones. */
  headers?: Record<string, string> | undefined;
  /** Pending changes. An empty array keeps the task as it is. */
  due: TaskEvent[];
  /** Other fields of JSON and XML responses, under the service's own keys. */
  extra?: Record<string, unknown> | undefined;
}

/** A part of an object. Missing fields get default values. */
export type Seed<T> = { [K in keyof T]?: T[K] | undefined };

/** A message of a seed. Missing fields get default values. */
export type MessageSeed = Seed<EmulatorMessage>;

/** A sender name of a seed. Missing fields get default values. */
export type SenderSeed = Seed<Omit<EmulatorSender, "files">> & { files?: Seed<EmulatorFile>[] | undefined };

/** A deferred task of a seed. Missing fields get default values. */
export type TaskSeed = Seed<EmulatorTask>;

/** A confirmation code that was "sent" to a digital sender name. */
export interface EmulatorCode {
  /** The sender name: a phone number. */
  name: string;
  /** The digits that `confirmCode` expects. */
  code: string;
  /** Time of sending, milliseconds of the emulator's clock; requests for another code fail (error 10) for 8 hours. */
  sent: number;
  /** Sender name of the message; "" for the default one. */
  site: string;
  /** Text of the message. */
  text: string;
  /** True once the code has been confirmed. */
  used: boolean;
}

/** The live account. A test can read and change all fields at any time. Each read applies the changes that are due. */
export interface EmulatorState {
  /** Login that requests must have. */
  login: string;
  /** Password that requests must have, itself or as its MD5. */
  password: string;
  /** API key that requests can have instead. The keys of `clientOptions()` are accepted too. */
  apiKey: string;
  /** Decimal text. */
  balance: string;
  /** Currency of the balance. */
  currency: string;
  /** Decimal text; the balance has it if it is set. */
  credit?: string | undefined;
  /** In any order: responses sort them, newest first. A new list is validated and completed as a seed is. */
  get messages(): EmulatorMessage[];
  set messages(list: readonly MessageSeed[]);
  /** The sender names. A new list is validated and completed as a seed is. */
  get senders(): EmulatorSender[];
  set senders(list: readonly SenderSeed[]);
  /** The deferred tasks. A new list is validated and completed as a seed is. */
  get tasks(): EmulatorTask[];
  set tasks(list: readonly TaskSeed[]);
  /** Confirmation codes, oldest first. */
  codes: EmulatorCode[];
  /** Logins of the sub-accounts. */
  subaccounts: string[];
  /** Phone numbers to which no code can be delivered (error 8). */
  undeliverable: string[];
  /** End of the address block (error 4), milliseconds of the emulator's clock. */
  blockedUntil: number;
  /**
   * Adds a message with default values for missing fields.
   *
   * @throws {TypeError} If a key is unknown or a value is invalid.
   */
  addMessage(message: MessageSeed): EmulatorMessage;
  /**
   * Adds a sender name with default values for missing fields.
   *
   * @throws {TypeError} If a key is unknown or a value is invalid.
   */
  addSender(sender: SenderSeed): EmulatorSender;
  /**
   * Adds a task with default values for missing fields.
   *
   * @throws {TypeError} If a key is unknown or a value is invalid.
   */
  addTask(task: TaskSeed): EmulatorTask;
}

/**
 * A method of the client, or a script of the service. Methods that send the same requests are interchangeable: `history.iterate`
 * sends those of `history.list`, `senders.get` those of `senders.list`, `tasks.waitFor` those of `tasks.list`, `tasks.rows` those
 * of `tasks.download`.
 */
export type RequestName =
  | "history.list"
  | "history.iterate"
  | "history.pages"
  | "history.columns"
  | "history.ndjson"
  | "senders.list"
  | "senders.iterate"
  | "senders.get"
  | "senders.add"
  | "senders.update"
  | "senders.sendCode"
  | "senders.confirmCode"
  | "senders.remove"
  | "tasks.list"
  | "tasks.get"
  | "tasks.waitFor"
  | "tasks.download"
  | "tasks.rows"
  | "tasks.columns"
  | "tasks.ndjson"
  | "tasks.messages"
  | "balance"
  | `${string}.php`;

/** A request that the emulator received. */
export interface EmulatorRequest {
  /** `"get.php"`, `"senders.php"` …; "" if the path has no script. */
  script: string;
  /** Parameters of the query string and the body, decoded by `charset`. */
  parameters: Record<string, string>;
  /** Files of a multipart body. */
  files: UploadedFile[];
  /** `"utf-8"` or `"windows-1251"`. */
  charset: string;
  /** HTTP method. */
  method: string;
  /** Address, with its query string. */
  url: string;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Time of arrival, milliseconds of the emulator's clock. */
  time: number;
  /**
   * Number of the account's requests in flight at that time, including this one. Requests with wrong credentials and rejected
   * requests (errors 4 and 9) do not count.
   */
  inFlight: number;
  /** The error N in the response; 0 for no error. */
  code: number;
  /** HTTP status of the response; 0 before the response. */
  httpStatus: number;
  /** State of the request; "answered" once the client has read the last byte. */
  outcome: "in flight" | "answered" | "aborted" | "failed";
  /** The applied fault. */
  fault?: Fault | undefined;
}

/** A file of a multipart body. */
export interface UploadedFile {
  /** Name of the multipart field. */
  field: string;
  /** Name of the file. */
  fileName: string;
  /** Content type of the part. */
  type: string;
  /** Content of the file. */
  bytes: Uint8Array;
}

/** Initial state and options of the emulator. Missing fields get the data of a realistic account. */
export interface EmulatorSeed {
  /** The messages, or the number of messages to generate; default 3,000 over nine months. */
  messages?: readonly MessageSeed[] | number | undefined;
  /** The sender names; default one or more in every state. */
  senders?: readonly SenderSeed[] | undefined;
  /** The deferred tasks; default one or more in every state. */
  tasks?: readonly TaskSeed[] | undefined;
  /** Default "demo". */
  login?: string | undefined;
  /** Default "demo". */
  password?: string | undefined;
  /** Default "demo-key". */
  apiKey?: string | undefined;
  /**
   * Whether the rate limits apply; default true. An object enables them and also blocks the address (error 4) for `blockMs`
   * (default ten minutes) after `blockAfter` rejections within an hour. With `false`, `clientOptions()` has `rateLimit: "off"`,
   * because the client would keep the limits by itself.
   */
  limits?: boolean | { blockAfter?: number | undefined; blockMs?: number | undefined } | undefined;
  /**
   * Initial time of a clock that only `advance` changes, a Date or Unix milliseconds; default: the system clock.
   *
   * The rate limits count in this clock too, and the client waits by its own: after three identical requests of a minute, the
   * client waits for a minute and is rejected (error 9) all the same, then for an hour. A test that makes more requests than the
   * limits allow passes `limits: false`, omits `now` and uses fake timers, or calls `advance` while the client waits. The text of
   * error 9 says how far.
   */
  now?: number | Date | undefined;
  /** Seed of the generated data; default 1. */
  random?: number | undefined;
  /** JSON with drifting types: numbers quoted, `err` missing, `flag`, `comment` and `operator_orig` added; default false. */
  drift?: boolean | undefined;
  /** Errors in fmt=3 are plain `ERROR = N (text)` lines; default false. */
  plainErrors?: boolean | undefined;
  /** Language of the error texts; default "en". */
  language?: "en" | "ru" | undefined;
  /** fmt=1 history: a space before the message, as in the page's sample; default true. */
  messageSpace?: boolean | undefined;
  /** Form of line breaks inside a message in fmt=0 and fmt=1; default "raw". */
  lineBreaks?: "raw" | "space" | undefined;
  /** Order of the task list by id; default "ascending". */
  taskOrder?: "ascending" | "descending" | undefined;
  /** Number of tasks in a list if the request has no limit; default 100. */
  taskPage?: number | undefined;
  /** Whether to send `Access-Control-Allow-Origin: *` and respond to preflights, which the service does not; default false. */
  cors?: boolean | undefined;
  /** Delay of every response, in real milliseconds; default 0. */
  latencyMs?: number | undefined;
}

/** An HTTP server of the emulator. */
export interface Listener {
  /** Its address, `http://127.0.0.1:<port>`. */
  url: string;
  /** Stops the server and breaks every open connection. */
  close(): Promise<void>;
}

/** An emulator of the service with one account. */
export interface Emulator {
  /**
   * A drop-in for `globalThis.fetch`; requests for any host reach the emulator. It has the scripts `get.php`, `senders.php`,
   * `downloads.php` and `balance.php`. To any other it responds with status 404 and says so in the body, unless a fault has the
   * response: `{ to: "status.php", status: 200, body: "…" }`.
   */
  fetch: NonNullable<ClientSettings["fetch"]>;
  /** The live account. */
  readonly state: EmulatorState;
  /** The received requests, oldest first. You can empty the array. */
  readonly requests: EmulatorRequest[];
  /**
   * The pending faults. Push to the array to add one, or assign a list to replace all; an invalid fault throws a TypeError.
   *
   * @example
   * emulator.faults.push(faults.httpStatus(503, { retryAfter: 5, times: 2 }));
   */
  get faults(): Fault[];
  set faults(list: readonly Fault[]);
  /** Current time of the emulator's clock, in Unix milliseconds. */
  now(): number;
  /** Advances the clock by `ms` milliseconds. A client's own waits and limits follow the system's clock: see `EmulatorSeed.now`. */
  advance(ms: number): void;
  /**
   * Options for `createClient`: a key that belongs to this emulator alone, so that no other emulator's client shares its rate
   * limits, the emulator's `fetch`, and `dangerouslyAllowBrowser`, for tests in a browser or jsdom. If the seed has
   * `limits: false`, also `rateLimit: "off"`, with which error 9 of a fault rejects without a retry.
   *
   * @param overrides Options of the client; they override the defaults, unless they are `undefined`. With `login`, `credentials`
   *   or another `apiKey`, the result has no generated key; with a `rateLimit` or a `rateLimiter`, no other `rateLimit`.
   *
   * @example
   * const smsc = await createClient(emulator.clientOptions({ maxRetries: 0 }));
   */
  clientOptions(overrides?: Partial<ClientOptions>): ClientOptions & { fetch: NonNullable<ClientSettings["fetch"]> };
  /**
   * The received requests of a method of the client, or for a script, oldest first. Includes retries.
   *
   * @throws {TypeError} If the name is unknown.
   *
   * @example
   * assert.equal(emulator.requestsTo("history.list").length, 1);
   */
  requestsTo(name: RequestName): EmulatorRequest[];
  /**
   * Starts over: the account and the clock as at the creation, no requests, no faults, no used rate limits. Later calls of
   * `clientOptions` give a new key. Clients that exist can continue, with the rate limits that they have used.
   */
  reset(): void;
  /** Serves the emulator over HTTP on 127.0.0.1, in Node; port 0, the default, selects a free port. */
  listen(port?: number): Promise<Listener>;
}
