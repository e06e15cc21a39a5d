/** Types that follow from options and codes, under strict TypeScript with exact optional properties. Compiled; never run. */
import {
  type Channel,
  type ClientOptions,
  type ClientSettings,
  type CodeTable,
  type Compression,
  type Credentials,
  type CsvDialect,
  createClient,
  type DeliveryError,
  decodeHistory,
  deliveryErrors,
  type ErrorCode,
  fileStatuses,
  type HistoryQuery,
  type Message,
  type MessageStatus,
  messageSchema,
  messageStatuses,
  messageTypes,
  type OperatorKey,
  type OperatorStatus,
  operatorNames,
  operatorStatuses,
  parseCsv,
  type Region,
  type ResponseFormat,
  type Sender,
  type ServiceAddress,
  SmscError,
  type StoredMessage,
  senderStatuses,
  sumCosts,
  type TaskFile,
  type TaskRow,
  type TaskStatus,
  taskStatuses,
  type WaitEvent,
  type WaitReason,
} from "smsc-wasm";
import { type CodeTables, en, kk, ru, uk } from "smsc-wasm/codes";

/** Whether two types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

declare const environment: Record<string, string | undefined>;

export function codes(status: MessageStatus, key: OperatorKey, message: Message, sender: Sender): void {
  same<(typeof messageStatuses)[1], string>(true);
  same<(typeof messageStatuses)[-3], string>(true);
  same<(typeof operatorNames)["megaStep"], string>(true);
  same<(typeof messageStatuses)[5], string | undefined>(true);
  same<ErrorCode, string>(false);
  const texts: string[] = [messageStatuses[1], deliveryErrors[255], messageTypes[12], senderStatuses[2]];
  texts.push(operatorStatuses[255], fileStatuses[0], taskStatuses[4], operatorNames.byInt, ru.messageStatuses[-1]);
  const unknown: (string | undefined)[] = [
    messageStatuses[status],
    deliveryErrors[message.err ?? 0],
    operatorNames[key],
  ];
  for (const tables of [en, ru, uk, kk] satisfies CodeTables[]) unknown.push(tables.messageTypes[message.type]);
  // @ts-expect-error The meaning of another code may be missing.
  texts.push(messageStatuses[status]);
  // @ts-expect-error The name of another operator may be missing.
  texts.push(operatorNames[key]);
  // @ts-expect-error The tables cannot be changed.
  messageStatuses[1] = "delivered";
  // @ts-expect-error The tables cannot be changed.
  ru.messageStatuses = en.messageStatuses;
  // Values that the service adds later are valid.
  const later: [MessageStatus, DeliveryError, OperatorStatus, TaskStatus, OperatorKey] = [99, 99, 99, 99, "newStep"];
  // @ts-expect-error A status is a number.
  const wrong: MessageStatus = "1";
  const statuses: (OperatorStatus | undefined)[] = [sender.operators?.megaStep, sender.operators?.[key]];
  const table: CodeTable<1 | 2> = { 1: "one", 2: "two" };
  // @ts-expect-error A text is missing.
  const incomplete: CodeTable<1 | 2> = { 1: "one" };
  console.log(unknown, later, wrong, statuses, table, incomplete);
}

export function costs(messages: Message[]): string {
  // @ts-expect-error Not a cost.
  sumCosts([{ cost: true }]);
  // A message of a task's file may have no cost.
  sumCosts([{} as Partial<Message>]);
  return sumCosts(messages) + sumCosts(new Set([{ cost: 1 }, { cost: "0.5" }]));
}

export function options(): ClientOptions[] {
  const { KEY, LOGIN, PASSWORD, BASE, TIMEOUT } = environment;
  const credentials = (): Credentials => ({ apiKey: "k" });
  // @ts-expect-error No credentials.
  void createClient({});
  // @ts-expect-error No credentials and no address of a proxy.
  void createClient({ region: "ru" });
  // @ts-expect-error Two kinds of credentials.
  void createClient({ apiKey: "k", login: "l" });
  // @ts-expect-error Two kinds of credentials.
  void createClient({ apiKey: "k", credentials });
  // @ts-expect-error No password.
  void createClient({ login: "l" });
  // @ts-expect-error A region and an address.
  void createClient({ region: "ru", baseUrl: "https://proxy.example" });
  // @ts-expect-error A region and an address.
  void createClient({ apiKey: "k", region: "ru", baseUrl: "https://proxy.example" });
  // @ts-expect-error An unknown option.
  void createClient({ apiKey: "k", limits: "fail" });
  // @ts-expect-error Neither kind of credentials.
  void createClient({ credentials: () => ({}) });
  return [
    { apiKey: "k" },
    { login: "l", password: "p" },
    { credentials },
    { credentials: async () => ({ login: "l", password: "p" }) },
    { baseUrl: "https://proxy.example" },
    { baseUrl: new URL("https://proxy.example"), timeoutMs: 1 },
    { apiKey: "k", baseUrl: "https://proxy.example" },
    { apiKey: "k", region: "kz", fallbackHost: false },
    // Values that may be undefined: they are absent, or refused at run time.
    { apiKey: KEY },
    { login: LOGIN, password: PASSWORD },
    { apiKey: "k", baseUrl: BASE, timeoutMs: TIMEOUT ? Number(TIMEOUT) : undefined, logger: { debug: undefined } },
    { credentials: () => ({ apiKey: environment.KEY }) },
  ];
}

export function extendedOptions(options: ClientOptions, proxied: ClientOptions & { baseUrl: string }): ClientOptions[] {
  const base = { apiKey: environment.KEY, rateLimit: "fail", region: "ru" } satisfies ClientOptions;
  const mirror = { apiKey: "k", baseUrl: "https://mirror.example" } satisfies ClientOptions;
  const settings: ClientSettings = { rateLimit: "off", timeoutMs: 5, logger: {} };
  const inferred = { apiKey: "k", maxRetries: 0 };
  const extended: (ClientOptions & { tenant: string })[] = [{ apiKey: "k", tenant: "a" }];
  // @ts-expect-error A region and an address.
  void createClient({ ...mirror, region: "kz" });
  // @ts-expect-error Perhaps a region and an address.
  void createClient({ ...options, region: "kz" });
  // @ts-expect-error Two kinds of credentials.
  void createClient({ ...base, login: "l", password: "p" });
  // @ts-expect-error No credentials.
  void createClient({ ...settings, region: "kz" });
  return [
    base,
    { ...base, region: "kz" },
    { ...base, apiKey: "other", timeoutMs: 5 },
    { ...mirror, baseUrl: new URL("https://other.example") },
    { ...options, timeoutMs: 5, onRequest: ({ callId }) => console.log(callId) },
    { ...proxied, baseUrl: "https://other.example" },
    { ...settings, apiKey: "k", region: "kz" },
    { ...settings, baseUrl: "https://proxy.example" },
    { ...inferred, region: "kz" },
    ...extended.map(({ tenant, ...own }) => (tenant ? own : options)),
  ];
}

export async function undefinedIsAbsent(start: string | undefined, signal: AbortSignal | undefined): Promise<void> {
  const { history, senders, tasks } = await createClient({ apiKey: "k" });
  await history.list({ start, phones: undefined, cursor: undefined }, { signal, timeoutMs: undefined });
  await senders.add({ name: "A", comment: start, registrations: { uaReg: undefined }, email: { comment: undefined } });
  await senders.remove({ id: 5, subaccount: start });
  await tasks.waitFor(1, { maxWaitMs: undefined, onProgress: undefined });
}

export function errors(): void {
  // @ts-expect-error The constructor is internal.
  new SmscError({ code: "internal", message: "" });
  // @ts-expect-error So is the function that creates errors.
  SmscError.create({ code: "internal", message: "" });
}

export async function senderDetails(flag: boolean): Promise<void> {
  const { senders } = await createClient({ apiKey: "k" });
  const [plain] = await senders.list();
  const [all] = await senders.list({ all: true });
  const [full] = await senders.list({ all: true, operators: true, files: true, limit: 5 });
  const [maybe] = await senders.list({ operators: flag, files: false });
  if (!plain || !all || !full || !maybe) return;
  console.log(all.status.toFixed(), full.status.toFixed(), full.operators.megaStep, full.files.length);
  for await (const sender of senders.iterate({ operators: true })) console.log(sender.operators.tele2?.toFixed());
  const list: Sender[] = [plain, all, full, maybe];
  // @ts-expect-error Not requested.
  plain.status.toFixed();
  // @ts-expect-error Not requested.
  all.operators.megaStep;
  // @ts-expect-error Perhaps not requested.
  maybe.operators.megaStep;
  // @ts-expect-error Not requested.
  maybe.files.length;
  // @ts-expect-error An unknown field.
  await senders.list({ operator: true });
  // @ts-expect-error Not a boolean.
  await senders.list({ operators: 1 });
  console.log(list);
}

export async function rows(file: TaskFile, flag: boolean): Promise<void> {
  const { tasks } = await createClient({ apiKey: "k" });
  for await (const row of file.rows({ header: true })) same<typeof row, Record<string, string>>(true);
  for await (const row of file.rows({ header: false, delimiter: ";" })) same<typeof row, string[]>(true);
  for await (const row of file.rows()) same<typeof row, TaskRow>(true);
  for await (const row of file.rows({ header: flag })) same<typeof row, TaskRow>(true);
  for await (const row of file.rows({ delimiter: ";" })) same<typeof row, TaskRow>(true);
  for await (const rows of file.batches({ header: true })) same<typeof rows, Record<string, string>[]>(true);
  for await (const rows of file.batches({ header: false })) same<typeof rows, string[][]>(true);
  for await (const rows of file.batches()) same<typeof rows, TaskRow[]>(true);
  for await (const row of tasks.rows({ id: 1 }, { header: true })) same<typeof row, Record<string, string>>(true);
  for await (const row of tasks.rows({ id: 1 }, { header: false })) same<typeof row, string[]>(true);
  for await (const row of tasks.rows({ id: 1 })) same<typeof row, TaskRow>(true);
  for await (const row of parseCsv("", { header: true })) same<typeof row, Record<string, string>>(true);
  for await (const row of parseCsv("", { header: false })) same<typeof row, string[]>(true);
  for await (const row of parseCsv("")) same<typeof row, TaskRow>(true);
  // @ts-expect-error An unknown option.
  file.rows({ header: true, separator: ";" });
}

export async function bulk(file: TaskFile): Promise<void> {
  const { history, tasks } = await createClient({ apiKey: "k" });
  for await (const { length, columns } of history.columns({}, { select: ["phone", "smsCnt", "id"] })) {
    same<typeof length, number>(true);
    same<typeof columns.phone, string[]>(true);
    same<typeof columns.smsCnt, Float64Array>(true);
    same<typeof columns.id, Float64Array | string[]>(true);
    // @ts-expect-error A field that is not selected.
    console.log(columns.cost);
  }
  for await (const { columns } of history.columns()) same<typeof columns.cost, string[]>(true);
  for await (const { columns } of file.columns({ select: ["a"] })) same<keyof typeof columns, "a">(true);
  for await (const { columns } of tasks.columns({ id: 1 })) same<typeof columns, Record<string, string[]>>(true);
  for await (const { columns } of parseCsv.columns("", { select: ["a"], header: true })) console.log(columns.a.length);
  const streams: ReadableStream<Uint8Array>[] = [
    history.ndjson(),
    tasks.ndjson({ id: 1 }),
    file.ndjson(),
    parseCsv.ndjson(""),
  ];
  const type: "decimal" = messageSchema.cost.type;
  console.log(streams, type);
  // @ts-expect-error A field that messages do not have.
  history.columns({}, { select: ["price"] });
}

export async function storedMessages(text: string, fmt: ResponseFormat): Promise<void> {
  const json: Message[] = await decodeHistory(text, 3);
  const xml: Message[] = await decodeHistory(text, 2);
  const [comma] = await decodeHistory(text, 1);
  const [lines] = await decodeHistory(text, 0);
  const [any] = await decodeHistory(text, fmt);
  if (!comma || !lines || !any) return;
  console.log(json, xml, comma.sendTimestamp.toFixed(), comma.cost, lines.sendDate.length, lines.lastDate.length);
  same<typeof comma.sendDate, undefined>(true);
  same<typeof any.sendDate, string | undefined>(true);
  // @ts-expect-error Comma-separated responses have no dates.
  comma.sendDate.length;
  // @ts-expect-error Comma-separated responses have no dates.
  comma.lastDate.length;
  // @ts-expect-error Text responses have no time stamps.
  lines.sendTimestamp.toFixed();
  // @ts-expect-error Text responses have no time stamps.
  lines.lastTimestamp.toFixed();
  // @ts-expect-error Not in every format.
  any.sendTimestamp.toFixed();
  const stored: StoredMessage<1>[] = [comma];
  // @ts-expect-error Not a complete message.
  const messages: Message[] = stored;
  console.log(messages);
}

/** The values of an option or a field have a name of their own. */
same<WaitReason, "rate_limit" | "retry" | "poll">(true);
same<WaitEvent["reason"], WaitReason>(true);
same<ServiceAddress["region"], Region | undefined>(true);
same<HistoryQuery["channel"], Channel | undefined>(true);
same<CsvDialect["compression"], Compression | undefined>(true);
