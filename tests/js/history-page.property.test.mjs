// A page of the history is read in one go where it is what it nearly always is. Whatever is odd goes a longer way, such as a field
// that is not known: to the same messages.
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

/** A message as the service could write it: fields that are missing, out of order, `null`, or of the other kind. */
function made({ below, one, sometimes }) {
  const keys = [...NAMES, ...NUMBERS].filter(() => sometimes(0.8));
  if (sometimes(0.3)) keys.sort(() => below(3) - 1);
  const number = () => one([below(2 ** 31), String(below(1e6)), -1 - below(100), 0, null]);
  const text = () => one([one(TEXTS), one(TEXTS) + one(TEXTS) + one(TEXTS), below(1e9), 1.25, null]);
  const fields = keys.map((key) => [key, NUMBERS.includes(key) ? number() : text()]);
  return Object.fromEntries(fields.length > 0 ? fields : [["id", 1]]);
}

/** A reply whose body comes in pieces that end anywhere. */
function reply({ below }, json) {
  const bytes = new TextEncoder().encode(json);
  let at = 0;
  const pull = (controller) => {
    if (at >= bytes.length) return controller.close();
    const size = 1 + below(bytes.length);
    controller.enqueue(bytes.slice(at, at + size));
    at += size;
  };
  return new Response(new ReadableStream({ pull }));
}

test("a page gives the same messages both ways", async () => {
  for (let seed = 1; seed <= 1500; seed++) {
    const random = createRandom(seed);
    const messages = Array.from({ length: 1 + random.below(4) }, () => made(random));
    const read = async (json) => {
      const smsc = await createClient({ apiKey: "key", limits: "off", fetch: async () => reply(random, json) });
      return (await smsc.history.list()).messages;
    };
    const atOnce = await read(JSON.stringify(messages, null, random.below(3)));
    const slowly = await read(JSON.stringify(messages.map((message) => ({ ...message, unknown: 1 }))));
    for (const message of slowly) {
      assert.deepEqual(message.extra, { unknown: 1 }, `seed ${seed}`);
      delete message.extra;
    }
    assert.deepEqual(atOnce, slowly, `seed ${seed}`);
    const order = (list) => list.map((message) => Object.keys(message).join());
    assert.deepEqual(order(atOnce), order(slowly), `seed ${seed}`);
  }
});
