/** Uses all parts of the package. This file is only compiled. */
import {
  type ClientOptions,
  createClient,
  deliveryErrors,
  type ErrorCode,
  type HistoryPage,
  init,
  isSmscError,
  type Message,
  messageStatuses,
  parseCsv,
  type Sender,
  type Smsc,
  SmscError,
  type Task,
  type TaskRow,
  version,
} from "smsc-wasm";
import { durableLimiter, type LimiterStub, type RateLimiter } from "smsc-wasm/cloudflare";
import { type RedisEval, redisLimiter } from "smsc-wasm/redis";
import { init as initSlim } from "smsc-wasm/slim";
import { createEmulator } from "smsc-wasm/testing";

const options: ClientOptions = { login: "demo", password: "demo", region: "kz", rateLimit: "fail", logger: console };

export async function use(): Promise<string> {
  await init();
  await initSlim(new URL("https://example.org/smsc.wasm"));
  await initSlim(fetch("https://example.org/smsc.wasm"));
  await initSlim(new Uint8Array(8));
  const smsc: Smsc = await createClient(options);
  const page: HistoryPage = await smsc.history.list({ limit: 2, start: new Date() }, { timeoutMs: 1000 });
  const cursor: string | undefined = page.nextCursor;
  for await (const message of smsc.history.iterate({ phones: ["79990000001"] })) read(message);
  const senders: Sender[] = await smsc.senders.list({ all: true });
  const task: Task | undefined = await smsc.tasks.get(1);
  const rows: TaskRow[] = [];
  for await (const row of smsc.tasks.rows({ id: 1 })) rows.push(row);
  for await (const row of parseCsv("a;b")) rows.push(row);
  const file = await smsc.tasks.download({ id: 1 });
  const stream: ReadableStream<Uint8Array> = file.stream();
  const emulator = createEmulator({ limits: false });
  await createClient(emulator.clientOptions({ maxRetries: 0 }));
  try {
    await smsc.senders.remove({ id: 7 });
  } catch (error) {
    if (error instanceof SmscError) return code(error.code);
    if (isSmscError(error)) return code(error.code);
  }
  return [version, cursor, senders[0]?.name, task?.name, stream.locked, messageStatuses[1], deliveryErrors[1]].join();
}

export const limiters = (stub: LimiterStub, run: RedisEval): RateLimiter[] => [durableLimiter(stub), redisLimiter(run)];

const read = (message: Message): string => message.intId;
const code = (code: ErrorCode): string => code;

// @ts-expect-error: an option that does not exist
void createClient({ apiKye: "demo-key" });
// @ts-expect-error: `Smsc` is only a type; `createClient` creates clients
console.log(Smsc);
