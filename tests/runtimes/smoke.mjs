/**
 * What every host does with the package, and what has to come of it. It is copied into each project, so it imports
 * nothing: the host's own code hands it what it imported from `smsc-wasm`.
 */

/** The account that the runner's emulator serves. */
export const account = {
  cors: true,
  // Many hosts in a row ask one account for the same; the limits have tests of their own.
  limits: false,
  messages: [
    { int_id: "9007199254740995", id: 3, phone: "79990000003", message: "Третье, с эмодзи 🙂", status: 1, cost: "3.5" },
    { int_id: "9007199254740994", id: 2, phone: "79990000002", message: "Второе", status: 20, cost: "3.5" },
    { int_id: "9007199254740993", id: 1, phone: "79990000001", message: "Первое", status: -1, cost: "3.5" },
  ].map((message, index) => ({ ...message, send_timestamp: 1_700_000_000 - index })),
  senders: [{ id: 7, sender: "Магазин", status: 1, operators: { mega_step: 2 }, due: [] }],
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

/** A page of this length is never answered, so that its call can be aborted. */
export const HANGING_LIMIT = 3;

/** What `smoke` gives where all is well. */
export const expected = {
  history: {
    messages: [
      { intId: "9007199254740995", phone: "79990000003", message: "Третье, с эмодзи 🙂", status: 1 },
      { intId: "9007199254740994", phone: "79990000002", message: "Второе", status: 20 },
    ],
    nextCursor: "9007199254740994",
  },
  senders: [{ name: "Магазин", id: 7, megaStep: 2 }],
  rows: [
    { phone: "79990000001", message: "Привет" },
    { phone: "79990000002", message: "Пока; до завтра" },
  ],
  decoded: [{ message: "<&> 🙂", intId: "9007199254740995" }],
  error: { code: "unauthorized", apiCode: 2, branded: true, real: true },
  abort: { code: "aborted", cause: "enough" },
};

/**
 * Never rejects: in some hosts a rejection would be lost.
 *
 * @param {Pick<typeof import("smsc-wasm"), "createClient" | "decodeHistory" | "SmscError">} smsc What the host imported.
 * @param {string} baseUrl The emulator's address.
 * @param {import("smsc-wasm").ClientOptions} [options] What the host needs besides.
 */
export async function smoke(smsc, baseUrl, options) {
  try {
    return await run(smsc, baseUrl, options);
  } catch (error) {
    return { failure: `${error?.stack ?? error}` };
  }
}

async function run({ createClient, decodeHistory, SmscError }, baseUrl, options) {
  const client = await createClient({ apiKey: "demo-key", baseUrl, maxRetries: 0, ...options });

  const page = await client.history.list({ limit: 2 });
  const messages = page.messages.map(({ intId, phone, message, status }) => ({ intId, phone, message, status }));

  const senders = await client.senders.list({ all: true, operators: true });

  const rows = [];
  for await (const row of client.tasks.rows({ id: 11 })) rows.push({ ...row });

  const saved = "<list><sms><int_id>9007199254740995</int_id><message>&lt;&amp;> 🙂</message></sms></list>";
  const decoded = await decodeHistory(saved, 2);

  const stranger = await createClient({ apiKey: "wrong", baseUrl, maxRetries: 0, ...options });
  const error = await rejection(stranger.history.list({ limit: 1 }));

  const controller = new AbortController();
  const hanging = client.history.list({ limit: HANGING_LIMIT }, { signal: controller.signal });
  setTimeout(() => controller.abort("enough"), 50);
  const aborted = await rejection(hanging);

  return {
    history: { messages, nextCursor: page.nextCursor },
    senders: senders.map(({ name, id, operators }) => ({ name, id, megaStep: operators.megaStep })),
    rows,
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

const rejection = (promise) =>
  promise.then(
    () => {
      throw new Error("a call succeeded that had to be rejected");
    },
    (error) => error,
  );
