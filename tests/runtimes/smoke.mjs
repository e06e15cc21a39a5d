/**
 * The checks that every host runs, and their expected result. This file is copied into each project and imports nothing: the
 * host's code passes its imports from `smsc-wasm`.
 */

/** The account in the runner's emulator. */
export const account = {
  cors: true,
  // Many hosts send identical requests to one account. Separate tests cover the limits.
  limits: false,
  messages: [
    { intId: "9007199254740995", id: 3, phone: "79990000003", message: "Третье, с эмодзи 🙂", status: 1, cost: "3.5" },
    { intId: "9007199254740994", id: 2, phone: "79990000002", message: "Второе", status: 20, cost: "3.5" },
    { intId: "9007199254740993", id: 1, phone: "79990000001", message: "Первое", status: -1, cost: "3.5" },
  ].map((message, index) => ({ ...message, sendTimestamp: 1_700_000_000 - index })),
  senders: [{ id: 7, name: "Магазин", status: 1, operators: { megaStep: 2 }, due: [] }],
  tasks: [
    {
      id: 11,
      name: "Ноябрь",
      status: 2,
      file: "november.csv",
      content: 'phone;message\n79990000001;Привет\n79990000002;"Пока; до завтра"\n',
      due: [],
    },
  ],
};

/** The lines of a long file, which the emulator also has as gzip of two members. */
export const longLines = Array.from({ length: 20_000 }, (_, row) => `${row};Строка ${(row * 7919) % 100_003}\n`);

/** The emulator never responds to a request with this limit, so that the call can be aborted. */
export const HANGING_LIMIT = 3;

/** The result of `smoke` if all checks succeed. */
export const expected = {
  history: {
    messages: [
      { intId: "9007199254740995", phone: "79990000003", message: "Третье, с эмодзи 🙂", status: 1 },
      { intId: "9007199254740994", phone: "79990000002", message: "Второе", status: 20 },
    ],
    next: ["9007199254740993"],
  },
  senders: [{ name: "Магазин", id: 7, megaStep: 2 }],
  rows: [
    { phone: "79990000001", message: "Привет" },
    { phone: "79990000002", message: "Пока; до завтра" },
  ],
  long: { count: 20_000, last: { number: "19999", text: "Строка 67332" } },
  compressed: { count: 20_000, last: { number: "19999", text: "Строка 67332" } },
  decoded: [{ message: "<&> 🙂", intId: "9007199254740995" }],
  error: { code: "unauthorized", apiCode: 2, branded: true, real: true },
  abort: { code: "aborted", cause: "enough" },
};

/**
 * Runs the checks. Never rejects, because some hosts would lose a rejection.
 *
 * @param {Pick<typeof import("smsc-wasm"), "createClient" | "decodeHistory" | "SmscError">} smsc The host's imports.
 * @param {string} baseUrl The emulator's URL.
 * @param {import("smsc-wasm").ClientOptions} [options] Additional options for the host.
 */
export async function smoke(smsc, baseUrl, options) {
  try {
    return await run(smsc, baseUrl, options);
  } catch (error) {
    const cause = error?.cause && `\ncaused by ${error.cause.stack ?? error.cause}`;
    return { failure: `${error?.stack ?? error}${cause ?? ""}` };
  }
}

async function run({ createClient, decodeHistory, SmscError }, baseUrl, options) {
  const client = await createClient({ apiKey: "demo-key", baseUrl, maxRetries: 0, ...options });

  const page = await client.history.list({ limit: 2 });
  const messages = page.messages.map(({ intId, phone, message, status }) => ({ intId, phone, message, status }));

  const next = await client.history.list({ limit: 2, cursor: page.nextCursor });

  const senders = await client.senders.list({ all: true, operators: true });

  const rows = [];
  for await (const row of client.tasks.rows({ id: 11 })) rows.push({ ...row });

  const long = await readLong(client, 12);
  const compressed = await readLong(client, 13).catch(({ code, message }) => ({ code, message }));

  const saved = "<list><sms><int_id>9007199254740995</int_id><message>&lt;&amp;> 🙂</message></sms></list>";
  const decoded = await decodeHistory(saved, 2);

  const unauthorized = await createClient({ apiKey: "wrong", baseUrl, maxRetries: 0, ...options });
  const error = await rejection(unauthorized.history.list({ limit: 1 }));

  const controller = new AbortController();
  const pending = client.history.list({ limit: HANGING_LIMIT }, { signal: controller.signal });
  setTimeout(() => controller.abort("enough"), 50);
  const aborted = await rejection(pending);

  return {
    history: { messages, next: next.messages.map(({ intId }) => intId) },
    senders: senders.map(({ name, id, operators }) => ({ name, id, megaStep: operators.megaStep })),
    rows,
    long,
    compressed,
    decoded,
    error: {
      code: error.code,
      apiCode: error.apiCode,
      branded: error instanceof SmscError,
      real: error instanceof Error,
    },
    abort: { code: aborted.code, cause: aborted.cause },
  };
}

async function readLong(client, id) {
  let count = 0;
  let last;
  for await (const row of client.tasks.rows({ id })) {
    count += 1;
    last = { ...row };
  }
  return { count, last };
}

const rejection = (promise) =>
  promise.then(
    () => {
      throw new Error("expected the call to be rejected");
    },
    (error) => error,
  );
