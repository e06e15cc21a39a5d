// Any query, as the service interprets it: the emulator parses the client's request independently and responds from its account.
// The parameters are compared with the query, and the messages with the account.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { createRandom } from "./support/requests.mjs";

const day = 86_400_000;
const now = Date.UTC(2026, 10, 21, 9);

/** The date in the service's time zone, UTC+3. */
const dateOf = (ms) => new Date(ms + 3 * 3_600_000).toISOString().slice(0, 10);
const inAnyFormat = (date, next) => {
  const [year, month, dayOfMonth] = date.split("-");
  const formats = [date, `${dayOfMonth}.${month}.${year}`, new Date(`${date}T12:00:00+03:00`)];
  return formats[Math.floor(next() * formats.length)];
};
const onWire = (date) => date.split("-").reverse().join(".");

test("any history query is sent correctly and returns the messages that match it", async () => {
  const emulator = createEmulator({ now, limits: false });
  const smsc = await createClient({ apiKey: "demo-key", fetch: emulator.fetch, rateLimit: "off" });
  const all = [...emulator.state.messages].sort((a, b) => Number(BigInt(b.intId) - BigInt(a.intId)));
  const phones = [...new Set(all.filter((message) => message.format === 0).map((message) => message.phone))];
  const emails = [...new Set(all.filter((message) => message.format === 8).map((message) => message.phone))];

  for (let seed = 1; seed <= 300; seed++) {
    const { next } = createRandom(seed);
    const pick = (list) => list[Math.floor(next() * list.length)];
    const some = (list) => Array.from({ length: 1 + Math.floor(next() * 3) }, () => pick(list));
    const query = {};
    const expected = { get_messages: "1", fmt: "3", charset: "utf-8", apikey: "demo-key" };
    const from = Math.floor(next() * 170);
    const to = Math.floor(next() * from);
    const start = next() < 0.6 ? dateOf(now - from * day) : undefined;
    const end = start !== undefined && next() < 0.6 ? dateOf(now - to * day) : undefined;
    if (start !== undefined) {
      query.start = inAnyFormat(start, next);
      expected.start = onWire(start);
    }
    if (end !== undefined) {
      query.end = inAnyFormat(end, next);
      expected.end = onWire(end);
    }
    const kind = next();
    let format = 0;
    if (kind < 0.3) {
      const selected = some(phones);
      query.phones = selected.map((phone) =>
        next() < 0.5 ? `+${phone.slice(0, 1)} (${phone.slice(1, 4)}) ${phone.slice(4)}` : phone,
      );
      expected.phone = selected.join(",");
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
      query.cursor = pick(all).intId;
      expected.prev_id = query.cursor;
    }

    const page = await smsc.history.list(query);
    assert.deepEqual({ ...emulator.requests.at(-1).parameters }, expected, `query ${seed}: ${JSON.stringify(query)}`);

    const recipients = new Set(expected.phone?.split(",") ?? expected.email?.split(","));
    const matching = all.filter(
      (message) =>
        message.format === format &&
        (recipients.size === 0 || recipients.has(message.phone)) &&
        (start === undefined || dateOf(message.sendTimestamp * 1000) >= start) &&
        (end === undefined || dateOf(message.sendTimestamp * 1000) <= end) &&
        (query.cursor === undefined || BigInt(message.intId) < BigInt(query.cursor)),
    );
    const ids = matching.slice(0, Number(expected.cnt)).map((message) => message.intId);
    assert.deepEqual(
      page.messages.map((message) => message.intId),
      ids,
      `query ${seed}: ${JSON.stringify(query)}`,
    );
    assert.equal(page.nextCursor !== undefined, ids.length === Number(expected.cnt));
    if (page.nextCursor !== undefined) {
      await smsc.history.list({ ...query, cursor: page.nextCursor });
      assert.deepEqual({ ...emulator.requests.at(-1).parameters }, { ...expected, prev_id: ids.at(-1) });
    }
  }
});
