// A page of the history in the usual form takes a fast path. Anything unusual, such as an unknown field, takes the general path.
// Both give the same messages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "smsc-wasm";
import { createRandom } from "./support/requests.mjs";

const NAMES =
  "status_name last_date send_date phone cost sender_id message mccmnc country operator region int_id".split(" ");
const NUMBERS = "status last_timestamp send_timestamp type id sms_cnt format crc err flag".split(" ");
const TEXTS = [
  "",
  "a",
  '"q"',
  "back\\slash",
  "Ж",
  "привет, мир",
  "№ 5",
  "𝄞",
  "\r\n\t",
  "—",
  "\\n",
  "/",
  "x".repeat(40),
];

/** A message as the service may write it: fields may be missing, out of order, `null`, or of another type. */
function randomMessage({ below, pick, maybe }) {
  const keys = [...NAMES, ...NUMBERS].filter(() => maybe(0.8));
  if (maybe(0.3)) keys.sort(() => below(3) - 1);
  const number = () => pick([below(2 ** 31), String(below(1e6)), -1 - below(100), 0, null]);
  const text = () => pick([pick(TEXTS), pick(TEXTS) + pick(TEXTS) + pick(TEXTS), below(1e9), 1.25, null]);
  const fields = keys.map((key) => [key, NUMBERS.includes(key) ? number() : text()]);
  return Object.fromEntries(fields.length > 0 ? fields : [["id", 1]]);
}

/** A response whose body arrives in chunks of random length. */
function chunkedResponse({ below }, json) {
  const bytes = new TextEncoder().encode(json);
  let offset = 0;
  const pull = (controller) => {
    if (offset >= bytes.length) return controller.close();
    const size = 1 + below(bytes.length);
    controller.enqueue(bytes.slice(offset, offset + size));
    offset += size;
  };
  return new Response(new ReadableStream({ pull }));
}

test("history pages: the fast and the general path give the same messages", async () => {
  for (let seed = 1; seed <= 1500; seed++) {
    const random = createRandom(seed);
    const messages = Array.from({ length: 1 + random.below(20) }, () => randomMessage(random));
    const read = async (json) => {
      const smsc = await createClient({
        apiKey: "key",
        rateLimit: "off",
        fetch: async () => chunkedResponse(random, json),
      });
      return (await smsc.history.list()).messages;
    };
    const fast = await read(JSON.stringify(messages, null, random.below(3)));
    const general = await read(JSON.stringify(messages.map((message) => ({ ...message, unknown: 1 }))));
    for (const message of general) {
      assert.deepEqual(message.extra, { unknown: 1 }, `seed ${seed}`);
      delete message.extra;
    }
    assert.deepEqual(fast, general, `seed ${seed}`);
    const order = (list) => list.map((message) => Object.keys(message).join());
    assert.deepEqual(order(fast), order(general), `seed ${seed}`);
  }
});
