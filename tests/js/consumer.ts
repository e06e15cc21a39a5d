/** The whole public API as used under strict TypeScript. Compiled as an ES module and as CommonJS; never run. */
import {
  type CallOptions,
  type ClientOptions,
  createClient,
  decodeHistory,
  decodeSenders,
  decodeTasks,
  deliveryErrors,
  type HistoryPage,
  type HistoryQuery,
  type ItemIterator,
  init,
  isSmscError,
  type Message,
  messageStatuses,
  messageTypes,
  operatorStatuses,
  parseCsv,
  type RateLimit,
  type RequestEvent,
  type ResponseEvent,
  type ResponseFormat,
  type Sender,
  type SenderFile,
  type SenderWith,
  SmscError,
  senderStatuses,
  type Task,
  type TaskFile,
  type TaskRow,
  taskStatuses,
  version,
} from "smsc-wasm";
import { durableLimiter, type RateLimiter, SmscLimiter } from "smsc-wasm/cloudflare";
import { type CodeTables, en, kk, ru, uk } from "smsc-wasm/codes";
import { decodeHistory as decodeStoredHistory, type Message as StoredMessage } from "smsc-wasm/formats";
import { type RedisEval, redisLimiter } from "smsc-wasm/redis";
import { init as initSlim, createClient as slimClient } from "smsc-wasm/slim";
import {
  createEmulator,
  type Emulator,
  type EmulatorMessage,
  type EmulatorRequest,
  type EmulatorSeed,
  type Fault,
  faults,
} from "smsc-wasm/testing";

export async function clients(): Promise<void> {
  const emulator: Emulator = createEmulator({ messages: 5, limits: false, now: new Date() });
  const options: ClientOptions[] = [
    { apiKey: "k", region: "ru", fallbackHost: false },
    { login: "l", password: "p", region: "com" },
    { credentials: () => ({ apiKey: "k" }), timeoutMs: 1, totalTimeoutMs: 2, maxRetries: 0, maxResponseBytes: 1 },
    { credentials: async () => ({ login: "l", password: "p" }), rateLimit: "fail" },
    { baseUrl: "https://proxy.example", allowInsecureHttp: true, dangerouslyAllowBrowser: true },
    { apiKey: "k", fetch: emulator.fetch, logger: console },
    emulator.clientOptions(),
    emulator.clientOptions({ login: "l", password: "p", region: "ua", maxRetries: 0 }),
    {
      apiKey: "k",
      fetch: globalThis.fetch,
      onWait: ({ callId, method, reason, waitMs, attempt }) => {
        const waitReason: "rate_limit" | "retry" | "poll" = reason;
        console.log(callId.length, method.length, waitReason, waitMs.toFixed(), attempt.toFixed());
      },
      onRequest: ({ callId, method, script, url, attempt, parameters }) => {
        const phone: string | undefined = parameters.phone;
        console.log(callId, method, script, url, attempt.toFixed(), phone);
        // @ts-expect-error Parameters are read-only.
        parameters.phone = "1";
      },
      onResponse: (event) => {
        const request: RequestEvent = event;
        const { durationMs, status, bytes, error }: ResponseEvent = event;
        console.log(
          request.callId,
          durationMs.toFixed(),
          status?.toFixed(),
          bytes?.toFixed(),
          error?.attempts?.toFixed(),
        );
      },
      logger: { debug: (line: string, fields: Record<string, unknown>) => console.log(line, fields.callId) },
      maxRetryDelayMs: 1,
      maxRateLimitWaitMs: 0,
      headers: { "x-proxy": "1" },
    },
    { apiKey: "k", region: "tj", headers: new Headers(), logger: { warn: (line) => console.log(line.length) } },
    { baseUrl: new URL("https://proxy.example"), headers: [["x-proxy", "1"]] },
  ];
  for (const each of options) await createClient(each);
  await slimClient({ apiKey: "k" });
  for (const load of [init, initSlim]) {
    await load();
    await load("https://a.example/smsc.wasm");
    await load(new URL("https://a.example/smsc.wasm"));
    await load(new Response());
    await load(fetch("https://a.example/smsc.wasm"));
    await load(new Uint8Array());
    await load(new ArrayBuffer(0));
    await load(new WebAssembly.Module(new Uint8Array()));
  }
  const text: string = version;
  console.log(text);
  // @ts-expect-error An unknown region.
  await createClient({ apiKey: "k", region: "de" });
  // @ts-expect-error An unknown option.
  await createClient({ apiKey: "k", timeout: 5 });
}

export async function history(options: CallOptions): Promise<void> {
  const smsc = await createClient({ apiKey: "k" });
  const query: HistoryQuery = {
    start: "2026-11-21",
    end: new Date(),
    phones: ["79161234567"] as const,
    channel: "sms",
    limit: 10,
    cursor: "1",
  };
  const page: HistoryPage = await smsc.history.list(query, options);
  const cursor: string | undefined = page.nextCursor;
  const next = await smsc.history.list(cursor === undefined ? {} : { cursor });
  for (const message of next.messages) {
    const numbers: number[] = [message.status, message.lastTimestamp, message.sendTimestamp, message.type, message.id];
    const more: number[] = [message.smsCnt, message.format, message.crc, message.err ?? 0, message.flag ?? 0];
    const texts: string[] = [message.statusName, message.lastDate, message.sendDate, message.phone, message.cost];
    texts.push(message.senderId, message.message, message.mccmnc, message.country, message.operator, message.region);
    texts.push(message.intId, messageStatuses[message.status] ?? "", messageTypes[message.type] ?? "");
    texts.push(deliveryErrors[message.err ?? 0] ?? "");
    const extra: Record<string, unknown> | undefined = message.extra;
    console.log(numbers, more, texts, extra);
  }
  for await (const message of smsc.history.iterate({ emails: ["a@b.example"] }, options)) ((_: Message) => {})(message);
  for await (const each of smsc.history.pages()) ((_: HistoryPage) => {})(each);
  const iterator: AsyncIterableIterator<Message> = smsc.history.iterate();
  await iterator.return?.();
  const collectable: ItemIterator<Message> = smsc.history.iterate({ channel: "all" });
  const messages: Message[] = await collectable.toArray(10);
  console.log(messages);
  // @ts-expect-error A maximum is required.
  await smsc.history.iterate().toArray();
  // @ts-expect-error A page has one cursor, `nextCursor`.
  console.log(page.cursor);
  const limits: RateLimit[] = smsc.rateLimits();
  for (const { name, used, limit, windowMs, resetMs } of limits) console.log(name, used + limit + windowMs + resetMs);
  // @ts-expect-error An unknown channel.
  await smsc.history.list({ channel: "viber" });
  // @ts-expect-error A single number instead of a list.
  await smsc.history.list({ phones: "79161234567" });
}

export const languages: Record<string, CodeTables> = { en, ru, uk, kk };

export async function senders(file: File, signal: AbortSignal): Promise<void> {
  const { senders } = await createClient({ apiKey: "k" });
  const list: Sender[] = await senders.list({
    all: true,
    operators: true,
    files: true,
    changedSince: new Date(),
    cursor: 5,
    limit: 5,
    subaccount: "s",
  });
  for (const { name, id, status, operators, files, extra } of list) {
    const step: number | undefined = operators?.megaStep ?? operators?.tele2Int;
    const documents: SenderFile[] = files ?? [];
    console.log(name.length, id.toFixed(), senderStatuses[status ?? 0], operatorStatuses[step ?? 0], extra);
    for (const document of documents) console.log(document.name, document.id, document.status, document.comment);
  }
  for await (const sender of senders.iterate({ cursor: "5" }, { signal })) ((_: Sender) => {})(sender);
  const some: Sender[] = await senders.iterate().toArray(5);
  const found: SenderWith<true, true, true> | undefined = await senders.get({ name: "A", subaccount: "s" }, { signal });
  if (found) {
    const status: number = found.status;
    const atMts: number | undefined = found.operators.mtsStep;
    const documents: SenderFile[] = found.files;
    console.log(status, atMts, documents);
  }
  console.log(some, await senders.get({ id: 5n }));
  // @ts-expect-error Neither an id nor a name.
  await senders.get({});
  const ukraine = { legalName: "", taxId: "", site: "", email: "", address: "", description: "", subject: "" };
  const belarus = {
    companyName: "",
    taxId: "",
    address: "",
    occupation: 1,
    mailingType: 1,
    sampleMessage: "",
    site: "",
  };
  const added: { id: number } = await senders.add(
    {
      name: "A",
      comment: "",
      registrations: {
        mtsStep: true,
        sberStep: true,
        tele2: true,
        motiv: true,
        megaStep: true,
        beeStep: true,
        motivStep: true,
        winmobStep: true,
        volnamobStep: true,
        tele2Step: true,
        uaReg: ukraine,
        uaInt: ukraine,
        byReg: belarus,
        byInt: belarus,
      },
      email: { comment: "" },
      documentInfo: "",
      subaccount: "s",
    },
    { signal, timeoutMs: 5, totalTimeoutMs: 5, maxRetries: 0, rateLimit: "off" },
  );
  for (const document of [
    file,
    new Blob(),
    new ArrayBuffer(1),
    new Uint8Array(1),
    new DataView(new ArrayBuffer(1)),
    { data: new Blob(), fileName: "a.pdf" },
    { data: new Uint8Array(1), fileName: "a.pdf", type: "application/pdf" },
  ]) {
    await senders.add({ name: "A", document });
  }
  const done: Promise<void> = senders.update({ id: added.id, comment: "", registrations: { tele2: true } });
  await done;
  await senders.update({ name: "A", document: file, documentInfo: "" });
  await senders.sendCode({ name: "79161234567", site: "A", siteName: "a.example" });
  await senders.confirmCode({ name: "79161234567", code: "1" });
  await senders.remove({ id: 5 });
  await senders.remove({ name: "A" }, { signal });
  // @ts-expect-error Neither an id nor a name.
  await senders.remove({});
  // @ts-expect-error Both an id and a name.
  await senders.remove({ id: 5, name: "A" });
  // @ts-expect-error Details are required.
  await senders.add({ name: "A", registrations: { uaReg: true } });
  // @ts-expect-error A required detail is missing.
  await senders.add({ name: "A", registrations: { byInt: { ...belarus, site: undefined } } });
}

export async function tasks(id: number): Promise<void> {
  const { tasks } = await createClient({ apiKey: "k" });
  const list: Task[] = await tasks.list({ afterId: 5, limit: 5 });
  const task: Task | undefined = await tasks.get(id);
  const {
    created,
    time,
    file: name,
    status,
    extra,
  } = await tasks.waitFor(task?.id ?? list[0]?.id ?? 1, {
    maxWaitMs: 5,
    onProgress: (each) => console.log(each.id, each.name),
  });
  console.log(created?.length, time?.length, taskStatuses[status], extra);
  const file: TaskFile = await tasks.download(name === undefined ? { id } : { name });
  const described: [string?, number?, string?] = [file.fileName ?? "", file.size ?? 0, file.type ?? ""];
  const stream: ReadableStream<Uint8Array> = file.stream();
  const text: string = await file.text({ encoding: "windows-1251" });
  const bytes: Uint8Array = await file.bytes({ signal: new AbortController().signal });
  const blob: Blob = await file.blob({ onProgress: ({ bytes, rows, total }) => console.log(bytes, rows, total) });
  console.log(described, stream.locked, text, bytes.length, blob.size);
  for await (const row of file.rows({ header: true, delimiter: ";", encoding: "utf-8" })) show(row);
  for await (const rows of file.batches()) rows.forEach(show);
  for await (const row of tasks.rows({ id }, { header: false, onProgress: ({ rows }) => rows })) show(row);
  const iterable: AsyncIterable<Uint8Array> = stream as ReadableStream<Uint8Array> & AsyncIterable<Uint8Array>;
  const sources = [stream, new Response(), blob, bytes, text, iterable];
  for (const source of sources) for await (const row of parseCsv(source, { delimiter: "," })) show(row);
  // @ts-expect-error A bare id instead of an object.
  await tasks.download(5);
}

function show(row: TaskRow): void {
  if (Array.isArray(row)) row.map((value: string) => value.length);
  else console.log(row.phone?.length);
}

export function emulators(phone: string | undefined): number {
  const seed: EmulatorSeed = {
    messages: [{ phone, status: 1, sendTimestamp: 1_790_000_000, extra: { operator_orig: "x" } }],
    senders: [{ name: "SHOP", operators: { mtsStep: 2 }, files: [{ name: "a.pdf" }] }],
    tasks: [{ status: 2, content: () => new Uint8Array(5) }],
  };
  const emulator = createEmulator(seed);
  const added: EmulatorMessage = emulator.state.addMessage({ phone: "79161234567" });
  emulator.state.messages = [{ message: added.message }];
  emulator.faults.push(
    faults.apiError(9, { to: "history.list", times: 2 }),
    faults.httpStatus(503, { retryAfter: 5, when: ({ parameters }) => parameters.cnt === "1" }),
    faults.truncatedBody(5, { to: "get.php", chunkBytes: 1 }),
  );
  // @ts-expect-error An unknown key.
  createEmulator({ messages: [{ statsu: 1 }] });
  // @ts-expect-error An unknown method.
  emulator.requestsTo("history.lst");
  const requests: EmulatorRequest[] = emulator.requestsTo("senders.add");
  emulator.reset();
  return requests.length;
}

export async function others(fault: Fault): Promise<number> {
  const smsc = await createClient({ apiKey: "k" });
  const parsed: unknown = await smsc.call("balance.php", { cur: true, n: 5, s: "x" }, { idempotent: true });
  const text: string = await smsc.raw("balance.php", { fmt: 1 }, { signal: AbortSignal.timeout(5) });
  const b: string = (await smsc.balance()).balance;
  console.log(parsed, text, fault.kind, b);
  try {
    await smsc.history.list();
  } catch (error) {
    if (isSmscError(error)) {
      if (error.code === "rate_limited") return error.retryAfterMs ?? 0;
      // @ts-expect-error An unknown code.
      if (error.code === "rate-limited") return 0;
      console.log(error.endpoint?.length, error.retryable, error.apiCode?.toFixed(), error.apiMessage?.length);
      console.log(error.httpStatus, error.parameter?.length, error.task?.status, error.cause, error.toJSON().message);
    }
    if (error instanceof SmscError) return error.stack?.length ?? 0;
    throw error;
  }
  return 0;
}

export async function limiters(storage: object, run: RedisEval): Promise<void> {
  const object = new SmscLimiter({ storage });
  const stub = { fetch: (url: string, init: object) => object.fetch(new Request(url, init)) };
  const windows = [{ key: "history", limit: 30, windowMs: 3_600_000 }];
  const request = { requestId: "a", windows, maxConcurrent: 14, leaseMs: 60_000, longPoll: true, force: false };
  const all: RateLimiter[] = [durableLimiter(stub), redisLimiter(run), redisLimiter(run, { key: "other" })];
  for (const limiter of all) {
    const answer = await limiter.acquire(request, new AbortController().signal);
    const ms: number = answer.granted ? 0 : answer.waitMs;
    await limiter.release(request.requestId, { ms, windows: ["history"], maxConcurrent: 7 });
  }
  // @ts-expect-error: an option that does not exist
  redisLimiter(run, { name: "other" });
  // @ts-expect-error: no client
  redisLimiter({});
}

export async function storedResponses(text: string, fmt: ResponseFormat): Promise<string[]> {
  const messages = await decodeHistory(text, fmt);
  const again: StoredMessage[] = await decodeStoredHistory(text, 3);
  const senders: Sender[] = await decodeSenders(text, 1, { all: true });
  const tasks: Task[] = await decodeTasks(text, 2);
  // @ts-expect-error: an unknown format
  await decodeTasks(text, 4);
  // @ts-expect-error: bytes instead of text
  await decodeTasks(new Uint8Array(), 3);
  return [...messages, ...again].map(({ message }) => message).concat([...senders, ...tasks].map(({ name }) => name));
}
