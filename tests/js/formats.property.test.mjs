// Any account that the emulator writes in the four formats decodes to the same values as the live calls return. Fields that a
// format lacks are absent, and ambiguous text is rejected.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, decodeHistory, decodeSenders, decodeTasks } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { createRandom } from "./support/requests.mjs";

const now = Date.UTC(2026, 10, 21, 9);

/** Fragments of texts: everything with a meaning in one of the formats. */
const fragments = [
  ...[
    ",",
    ", ",
    " ",
    "\n",
    "\r\n",
    "\n\n",
    "&",
    "<",
    ">",
    '"',
    "'",
    "]]>",
    "&amp;",
    "<b>",
    "\\",
    "\\u0041",
    "0,-3",
    "=",
  ],
  ...[
    ", type = 1",
    ", ID = 5",
    ", crc = 7",
    ", message = ",
    "Status = 1, ",
    "name = ",
    "id = 5",
    ",1,2,3,4,5,6",
    "5,6",
  ],
  ...["Ваш код", "🙂", "abc", "Привет, Анна", "1", "-1", "7.50"],
];
const messageEnd = ", type = 0, ID = 1, int_id = 2, sms_cnt = 1, format = 0, crc = 5";

function account(seed) {
  const { next } = createRandom(seed);
  const integer = (max) => Math.floor(next() * (max + 1));
  const pick = (list) => list[integer(list.length - 1)];
  const text = (max) =>
    Array.from({ length: integer(max) }, () => pick(next() < 0.05 ? [messageEnd] : fragments)).join("");
  const line = (max) => text(max).replace(/[\r\n]+/g, " ");
  const messages = Array.from({ length: 1 + integer(6) }, () => ({
    status: pick([-3, -1, 0, 1, 20, 25, 77]),
    message: text(6),
    err: pick([0, 1, 255]),
    cost: pick(["0", "1.4", "12.3456"]),
    senderId: pick(["SMSC.RU", "my name", "79990000000"]),
    region: pick(["", "г. Москва"]),
    operator: pick(["МТС", "T-2, Мобайл"].slice(0, next() < 0.05 ? 2 : 1)),
    id: integer(2 ** 31),
    crc: integer(2 ** 32 - 1),
    smsCnt: 1 + integer(5),
    type: pick([0, 1, 7]),
  }));
  const senders = Array.from({ length: 1 + integer(4) }, () => ({
    name: pick(["SMSC.RU", "my name", "a, b", "shop@a.by", "79990000000", "A,1", "&<>\"'", "Я, 5"]),
    status: pick([0, 1, 2]),
    operators: next() < 0.5 ? { megaStep: pick([0, 2, 255]), byInt: pick([1, 9]) } : {},
    substitutes: next() < 0.3 ? { mtsStep: pick(["B", "my name"]) } : {},
    files: Array.from({ length: integer(2) }, (_, id) => ({
      ...{ name: pick(["a.pdf", "б, в.png"]), id, status: 1, comment: pick(["", "нечётко, <плохо>"]) },
    })),
    due: [],
  }));
  const tasks = Array.from({ length: 1 + integer(4) }, (_, id) => ({
    ...{ id: id + 1, name: line(4), status: pick([0, 1, 2, 3, 4]), created: pick([now, "21.11.2026 10:00"]), due: [] },
    ...{ time: pick(["", now]), file: pick(["", "a.csv"]) },
  }));
  const quirks = {
    drift: next() < 0.5,
    messageSpace: next() < 0.5,
    lineBreaks: pick(["raw", "space"]),
    language: pick(["en", "ru"]),
    taskOrder: pick(["ascending", "descending"]),
  };
  return { messages, senders, tasks, ...quirks };
}

const without = (value, ...keys) => Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));

/** A message with the fields that the format has. Types drift in JSON only. */
function inFormat(fmt, message, { drift, lineBreaks }) {
  const { extra: _, ...fields } = without(message, ...(drift ? ["flag", "err"] : []));
  if (fmt >= 2) return fields;
  const text = lineBreaks === "space" ? fields.message.replace(/\r\n|\r|\n/g, " ") : fields.message;
  const absent = fmt === 0 ? ["lastTimestamp", "sendTimestamp"] : ["lastDate", "sendDate"];
  return { ...without(fields, ...absent), message: text };
}

/** Ambiguous text may be rejected, but is never decoded wrongly. Returns whether it was rejected. */
const equalOrRejected = async (decoding, expected, mayReject) => {
  const result = await decoding.catch((error) => error);
  if (result instanceof Error) assert.ok(result.code === "bad_response" && mayReject, result.stack);
  else assert.deepEqual(result, expected);
  return result instanceof Error;
};

test("any account decodes to the same values from each format", async () => {
  let rejected = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const generated = account(seed);
    const emulator = createEmulator({ now, limits: false, ...generated });
    const smsc = await createClient({ apiKey: "demo-key", fetch: emulator.fetch, rateLimit: "off" });
    const raw = (script, parameters, fmt) => smsc.raw(script, { ...parameters, fmt });

    const { messages } = await smsc.history.list();
    for (const fmt of [0, 1, 2, 3]) {
      const text = await raw("get.php", { get_messages: 1 }, fmt);
      if (fmt === 3) {
        assert.deepEqual(await decodeHistory(text, 3), messages, `seed ${seed}`);
        continue;
      }
      const expected = messages.map((message) => inFormat(fmt, message, generated));
      // If every message begins with a space, the space is taken for the format's separator.
      if (fmt === 1 && !generated.messageSpace && expected.every(({ message }) => message.startsWith(" "))) continue;
      const decoding = decodeHistory(text, fmt).then((list) =>
        list.map((message) => (generated.drift ? without(message, "err") : message)),
      );
      const extraComma = fmt === 1 && generated.messages.some(({ operator }) => operator?.includes(","));
      const recordInMessage = generated.messages.some(({ message }) => /\n(Status = |\d+,)/.test(message));
      rejected += await equalOrRejected(decoding, expected, extraComma || recordInMessage);
    }

    for (const query of [{}, { all: true }, { operators: true }, { all: true, operators: true, files: true }]) {
      const all = query.all === true;
      const parameters = Object.fromEntries(Object.keys(query).map((key) => [key, 1]));
      const senders = await smsc.senders.list(query);
      for (const fmt of [0, 1, 2, 3]) {
        if (fmt === 1 && query.operators) continue;
        const expected = senders.map((sender) => {
          // XML omits an empty list of documents.
          const noFiles = fmt < 2 || (fmt === 2 && sender.files?.length === 0);
          return noFiles ? without(sender, "files") : sender;
        });
        if (senders.length === 0) assert.deepEqual(await decodeSenders("0,-3", fmt), []);
        const text = senders.length === 0 ? "0,-3" : await raw("senders.php", { get: 1, ...parameters }, fmt);
        assert.deepEqual(await decodeSenders(text, fmt, { all }), expected, `seed ${seed}`);
      }
    }

    const tasks = await smsc.tasks.list();
    for (const fmt of [0, 1, 2, 3]) {
      assert.deepEqual(await decodeTasks(await raw("downloads.php", { get_list: 1 }, fmt), fmt), tasks, `seed ${seed}`);
    }
  }
  // Some texts must be ambiguous, or the test would not cover rejection.
  assert.ok(rejected > 0 && rejected < 60, `${rejected} were rejected`);
});
