// Any query, as the service reads it: what the client sends, the emulator parses by its own reading of the pages and answers
// from its account. Both are compared with the query and the account themselves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { createRandom } from "./support/requests.mjs";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 21, 9);

/** A date of the account's calendar, UTC+3. */
const calendar = (ms) => new Date(ms + 3 * 3_600_000).toISOString().slice(0, 10);
const asWritten = (date, next) => {
  const [year, month, dayOfMonth] = date.split("-");
  const forms = [date, `${dayOfMonth}.${month}.${year}`, new Date(`${date}T12:00:00+03:00`)];
  return forms[Math.floor(next() * forms.length)];
};
const onTheWire = (date) => date.split("-").reverse().join(".");

test("any history query is read as it was meant, and gives the messages that it means", async () => {
  const emulator = createEmulator({ now, limits: false });
  const smsc = await createClient({ apiKey: "demo-key", fetch: emulator.fetch, limits: "off" });
  const all = [...emulator.state.messages].sort((a, b) => Number(BigInt(b.int_id) - BigInt(a.int_id)));
  const phones = [...new Set(all.filter((message) => message.format === 0).map((message) => message.phone))];
  const emails = [...new Set(all.filter((message) => message.format === 8).map((message) => message.phone))];

  for (let seed = 1; seed <= 300; seed++) {
    const { next } = createRandom(seed);
    const one = (list) => list[Math.floor(next() * list.length)];
    const some = (list) => Array.from({ length: 1 + Math.floor(next() * 3) }, () => one(list));
    const query = {};
    const expected = { get_messages: "1", fmt: "3", charset: "utf-8", apikey: "demo-key" };
    const from = Math.floor(next() * 170);
    const to = Math.floor(next() * from);
    const start = next() < 0.6 ? calendar(now - from * day) : undefined;
    const end = start !== undefined && next() < 0.6 ? calendar(now - to * day) : undefined;
    if (start !== undefined) {
      query.start = asWritten(start, next);
      expected.start = onTheWire(start);
    }
    if (end !== undefined) {
      query.end = asWritten(end, next);
      expected.end = onTheWire(end);
    }
    const kind = next();
    let format = 0;
    if (kind < 0.3) {
      const wanted = some(phones);
      query.phones = wanted.map((phone) =>
        next() < 0.5 ? `+${phone.slice(0, 1)} (${phone.slice(1, 4)}) ${phone.slice(4)}` : phone,
      );
      expected.phone = wanted.join(",");
    } else if (kind < 0.5) {
      query.emails = some(emails);
      expected.email = query.emails.join(",");
      expected.format = "8";
      format = 8;
    } else if (kind < 0.6) {
      query.channel = "email";
      expected.format = "8";
      format = 8;
    }
    if (next() < 0.5) query.limit = 1 + Math.floor(next() * 1000);
    expected.cnt = String(query.limit ?? 1000);
    if (next() < 0.4) {
      query.cursor = one(all).int_id;
      expected.prev_id = query.cursor;
    }

    const page = await smsc.history.list(query);
    assert.deepEqual({ ...emulator.requests.at(-1).parameters }, expected, `query ${seed}: ${JSON.stringify(query)}`);

    const recipients = new Set(expected.phone?.split(",") ?? expected.email?.split(","));
    const meant = all.filter(
      (message) =>
        message.format === format &&
        (recipients.size === 0 || recipients.has(message.phone)) &&
        (start === undefined || calendar(message.send_timestamp * 1000) >= start) &&
        (end === undefined || calendar(message.send_timestamp * 1000) <= end) &&
        (query.cursor === undefined || BigInt(message.int_id) < BigInt(query.cursor)),
    );
    const ids = meant.slice(0, Number(expected.cnt)).map((message) => message.int_id);
    assert.deepEqual(
      page.messages.map((message) => message.intId),
      ids,
      `query ${seed}: ${JSON.stringify(query)}`,
    );
    assert.equal(page.nextCursor, ids.length === Number(expected.cnt) ? ids.at(-1) : undefined);
  }
});
