// Any account, written by the emulator in each of the four formats, is read to what the live calls give, as far as the format
// carries it. What it does not carry is absent; what has two readings is refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, decodeHistory, decodeSenders, decodeTasks } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { createRandom } from "./support/requests.mjs";

const now = Date.UTC(2026, 10, 21, 9);

/** Pieces that texts are made of: all that means something in some format. */
const pieces = [
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
const ends = ", type = 0, ID = 1, int_id = 2, sms_cnt = 1, format = 0, crc = 5";

function account(seed) {
  const { next } = createRandom(seed);
  const whole = (most) => Math.floor(next() * (most + 1));
  const one = (list) => list[whole(list.length - 1)];
  const text = (most) => Array.from({ length: whole(most) }, () => one(next() < 0.05 ? [ends] : pieces)).join("");
  const line = (most) => text(most).replace(/[\r\n]+/g, " ");
  const messages = Array.from({ length: 1 + whole(6) }, () => ({
    status: one([-3, -1, 0, 1, 20, 25, 77]),
    message: text(6),
    err: one([0, 1, 255]),
    cost: one(["0", "1.4", "12.3456"]),
    sender_id: one(["SMSC.RU", "my name", "79990000000"]),
    region: one(["", "г. Москва"]),
    operator: one(["МТС", "T-2, Мобайл"].slice(0, next() < 0.05 ? 2 : 1)),
    id: whole(2 ** 31),
    crc: whole(2 ** 32 - 1),
    sms_cnt: 1 + whole(5),
    type: one([0, 1, 7]),
  }));
  const senders = Array.from({ length: 1 + whole(4) }, () => ({
    sender: one(["SMSC.RU", "my name", "a, b", "shop@a.by", "79990000000", "A,1", "&<>\"'", "Я, 5"]),
    status: one([0, 1, 2]),
    operators: next() < 0.5 ? { mega_step: one([0, 2, 255]), by_int: one([1, 9]) } : {},
    substitutes: next() < 0.3 ? { mts_step: one(["B", "my name"]) } : {},
    files: Array.from({ length: whole(2) }, (_, fid) => ({
      ...{ file: one(["a.pdf", "б, в.png"]), fid, fstatus: 1, fcomment: one(["", "нечётко, <плохо>"]) },
      ...{ size: 1, info: "" },
    })),
    due: [],
  }));
  const tasks = Array.from({ length: 1 + whole(4) }, (_, id) => ({
    ...{ id: id + 1, name: line(4), status: one([0, 1, 2, 3, 4]), created: one([now, "21.11.2026 10:00"]), due: [] },
    ...{ time: one(["", now]), file: one(["", "a.csv"]) },
  }));
  const quirks = {
    drift: next() < 0.5,
    messageSpace: next() < 0.5,
    lineBreaks: one(["raw", "space"]),
    language: one(["en", "ru"]),
    taskOrder: one(["ascending", "descending"]),
  };
  return { messages, senders, tasks, ...quirks };
}

const without = (value, ...keys) => Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));

/** A message as a format carries it. What drifts does so in JSON only. */
function carried(fmt, message, { drift, lineBreaks }) {
  const { extra: _, ...known } = without(message, ...(drift ? ["flag", "err"] : []));
  if (fmt >= 2) return known;
  const text = lineBreaks === "space" ? known.message.replace(/\r\n|\r|\n/g, " ") : known.message;
  const absent = fmt === 0 ? ["lastTimestamp", "sendTimestamp"] : ["lastDate", "sendDate"];
  return { ...without(known, ...absent), message: text };
}

/** A text that could be read in two ways: it may be refused, and is never read wrongly. */
const equalOrRefused = async (made, expected, mayRefuse) => {
  const read = await made.catch((error) => error);
  if (read instanceof Error) assert.ok(read.code === "bad_reply" && mayRefuse, read.stack);
  else assert.deepEqual(read, expected);
  return read instanceof Error;
};

test("any account is the same in each format", async () => {
  let refused = 0;
  for (let seed = 1; seed <= 400; seed++) {
    const made = account(seed);
    const emulator = createEmulator({ now, limits: false, ...made });
    const smsc = await createClient({ apiKey: "demo-key", fetch: emulator.fetch, limits: "off" });
    const raw = (script, parameters, fmt) => smsc.raw(script, { ...parameters, fmt });

    const { messages } = await smsc.history.list();
    for (const fmt of [0, 1, 2, 3]) {
      const text = await raw("get.php", { get_messages: 1 }, fmt);
      if (fmt === 3) {
        assert.deepEqual(await decodeHistory(text, 3), messages, `seed ${seed}`);
        continue;
      }
      const expected = messages.map((message) => carried(fmt, message, made));
      // Where every message begins with a space, it counts as the format's.
      if (fmt === 1 && !made.messageSpace && expected.every(({ message }) => message.startsWith(" "))) continue;
      const read = decodeHistory(text, fmt).then((list) =>
        list.map((message) => (made.drift ? without(message, "err") : message)),
      );
      const shifted = fmt === 1 && made.messages.some(({ operator }) => operator?.includes(","));
      const quoted = made.messages.some(({ message }) => /\n(Status = |\d+,)/.test(message));
      refused += await equalOrRefused(read, expected, shifted || quoted);
    }

    for (const query of [{}, { all: true }, { operators: true }, { all: true, operators: true, files: true }]) {
      const all = query.all === true;
      const parameters = Object.fromEntries(Object.keys(query).map((key) => [key, 1]));
      const senders = await smsc.senders.list(query);
      for (const fmt of [0, 1, 2, 3]) {
        if (fmt === 1 && query.operators) continue;
        const expected = senders.map((sender) => {
          // An empty list of documents is nothing in XML.
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
  // Few have two readings, and some do, or this test would not see what happens then.
  assert.ok(refused > 0 && refused < 60, `${refused} were refused`);
});
