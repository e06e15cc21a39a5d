/** Iterations report their progress, and another process can resume them from a cursor. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { collect, mockClock, NOW, rejectsWith, setup } from "./support/account.mjs";

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** The given number of messages, spread evenly over the days before now. */
const spreadMessages = (count, days, withEmails = false) =>
  Array.from({ length: count }, (_, index) => ({
    id: index,
    message: "m",
    type: withEmails && index % 5 === 0 ? 8 : 0,
    sendTimestamp: Math.floor((NOW - days * DAY + (index + 1) * ((days * DAY) / (count + 1))) / 1000),
  }));

const ids = (messages) => messages.map(({ intId }) => intId);

describe("resuming an iteration", () => {
  const start = new Date(NOW - 500 * DAY);
  for (const [name, query] of Object.entries({
    "without a period": {},
    "over a year and a half": { start },
    "over a period with an end": { start, end: new Date(NOW - 30 * DAY) },
    "with a limit": { limit: 3300 },
    "with a limit over a period": { start, limit: 3300 },
    "from an id": { cursor: "3000" },
    "with both channels": { channel: "all" },
    "with both channels over a year and a half": { channel: "all", start },
    "with both channels and a limit": { channel: "all", limit: 3300 },
    "with both channels from an id": { channel: "all", cursor: "3000" },
  })) {
    test(`${name} returns every message once, after any page`, async () => {
      const seed = { messages: spreadMessages(4100, 480, query.channel === "all") };
      const { smsc, emulator } = await setup(seed);
      const id = query.cursor && emulator.state.messages[Number(query.cursor)].intId;
      const fullQuery = { ...query, ...(id && { cursor: id }) };
      const pages = await collect(smsc.history.pages(fullQuery));
      const all = ids(pages.flatMap(({ messages }) => messages));
      assert.ok(all.length > 2000);
      const { length } = emulator.requests;
      // The last page has no cursor.
      assert.equal(pages.at(-1).nextCursor, undefined);
      for (const [index, { nextCursor: cursor }] of pages.slice(0, -1).entries()) {
        // Another process resumes two weeks later. A new message has arrived since.
        const later = createEmulator({ ...seed, now: NOW + 14 * DAY, limits: false });
        later.state.messages.push({
          ...later.state.messages.at(-1),
          intId: "99999999999999999999",
          sendTimestamp: NOW / 1000,
        });
        const again = await createClient({ apiKey: "demo-key", rateLimit: "off", fetch: later.fetch });
        const rest = ids(await collect(again.history.iterate({ ...fullQuery, cursor })));
        const earlier = pages.slice(0, index + 1).flatMap(({ messages }) => ids(messages));
        assert.deepEqual([...earlier, ...rest], all, `after page ${index}, ${cursor}`);
        // A page of both channels is requested again where it was interrupted.
        const repeated = query.channel === "all" ? 2 : 0;
        assert.ok(later.requests.length <= length - index + repeated, "no more requests than remained");
      }
    });
  }

  test("a cursor that was cut off is rejected", async () => {
    const { smsc } = await setup({ messages: 2500 });
    const { nextCursor } = await smsc.history.list();
    for (const length of [3, 10, nextCursor.length - 12, nextCursor.length - 3, nextCursor.length - 1]) {
      const cursor = nextCursor.slice(0, length);
      const error = await rejectsWith(smsc.history.pages({ cursor }).next(), "invalid_parameter");
      assert.equal(error.parameter, "cursor", cursor);
    }
  });

  test("an invalid cursor rejects before a request is sent", async () => {
    const { smsc, emulator } = await setup();
    for (const cursor of ["/", "x/y/z", "2026-11-01/5/5", "-5", "/5/5/5", "1~2", "1~2__3", "~", "1~x__3", "1~2_3"]) {
      for (const call of [
        smsc.history.iterate({ cursor }).next(),
        smsc.history.pages({ cursor }).next(),
        smsc.history.list({ cursor }),
        smsc.senders.iterate({ cursor }).next(),
        smsc.senders.list({ cursor }),
      ]) {
        const error = await rejectsWith(call, "invalid_parameter");
        assert.equal(error.parameter, "cursor", cursor);
      }
    }
    assert.equal(emulator.requests.length, 0);
  });

  test("a cursor of another query rejects before a request is sent; `limit` may differ", async () => {
    const { smsc, emulator } = await setup({ messages: spreadMessages(1500, 100) });
    const query = { start: "2026-08-01", end: "2026-11-20", phones: ["79991234567", "79991234568"] };
    const cursors = [
      (await smsc.history.list({ ...query, limit: 10 })).nextCursor,
      (await smsc.history.pages({ ...query, limit: 1400 }).next()).value.nextCursor,
    ];
    emulator.requests.length = 0;
    for (const cursor of cursors) {
      for (const other of [
        {},
        { ...query, start: "2026-08-02" },
        { ...query, end: undefined },
        { ...query, phones: ["79991234567"] },
        { start: query.start, end: query.end, channel: "email" },
        { start: query.start, end: query.end, channel: "all" },
        { start: query.start, end: query.end, emails: ["a@b.example"] },
      ]) {
        const error = await rejectsWith(smsc.history.iterate({ ...other, cursor }).next(), "invalid_parameter");
        assert.deepEqual([error.parameter, error.endpoint], ["cursor", "history"]);
        if (other.channel !== "all") await rejectsWith(smsc.history.list({ ...other, cursor }), "invalid_parameter");
      }
      await rejectsWith(smsc.senders.list({ cursor }), "invalid_parameter");
    }
    assert.equal(emulator.requests.length, 0);
    for (const cursor of cursors) {
      const same = { ...query, phones: ["+7 999 123-45-68", "79991234567"], channel: "sms", cursor };
      assert.equal((await smsc.history.list({ ...same, limit: 3 })).messages.length, 3);
      await smsc.history.iterate({ ...same, limit: 1100 }).next();
    }
  });

  test("`list`, `iterate` and `pages` take each other's cursors", async () => {
    const { smsc } = await setup({ messages: spreadMessages(2500, 100) });
    const query = { start: "2026-08-01", end: "2026-11-20" };
    const all = ids(await collect(smsc.history.iterate(query)));
    const list = await smsc.history.list({ ...query, limit: 700 });
    assert.deepEqual(ids(list.messages), all.slice(0, 700));
    // `limit` counts from a page of `list`, but for the whole of an iteration.
    const rest = await collect(smsc.history.iterate({ ...query, limit: 1100, cursor: list.nextCursor }));
    assert.deepEqual(ids(rest), all.slice(700, 1800));
    const page = await smsc.history.pages(query).next();
    const next = await smsc.history.list({ ...query, limit: 5, cursor: page.value.nextCursor });
    assert.deepEqual(ids(next.messages), all.slice(1000, 1005));
    const cursor = page.value.nextCursor;
    assert.deepEqual(
      ids(await collect(smsc.history.iterate({ ...query, limit: 1100, cursor }))),
      all.slice(1000, 1100),
    );
    assert.deepEqual(ids(await collect(smsc.history.iterate({ ...query, cursor: BigInt(all[9]) }))), all.slice(10));
  });

  test("every cursor of a chain of lists continues it", async () => {
    const { smsc } = await setup({ messages: spreadMessages(25, 100) });
    const query = { start: "2026-08-01", phones: ["79991234567"] };
    const seen = [];
    let cursor;
    do {
      const page = await smsc.history.list({ ...query, limit: 7, cursor });
      seen.push(...ids(page.messages));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    assert.deepEqual(seen, ids((await smsc.history.list(query)).messages));
    assert.equal(seen.length, 25);
  });
});

describe("onProgress", () => {
  test("reports messages, requests, waits, the oldest message and the remaining time", async (t) => {
    const clock = mockClock(t);
    const emulator = createEmulator({ now: NOW, messages: spreadMessages(45_000, 150), apiKey: "progress" });
    const smsc = await createClient({ apiKey: "progress", fetch: emulator.fetch });
    const seen = [];
    const iterator = smsc.history.iterate(
      { start: new Date(NOW - 150 * DAY) },
      { onProgress: (now) => seen.push(now) },
    );
    const all = collect(iterator);
    await clock.run(all, { emulator, step: 60_000 });
    assert.equal((await all).length, 45_000);
    assert.deepEqual(
      seen.map(({ messages, requests }) => [messages, requests]),
      Array.from({ length: 46 }, (_, page) => [Math.min(45_000, (page + 1) * 1000), page + 1]),
    );
    // Thirty pages per hour: one wait of an hour, reported as the elapsed time.
    const [thirtieth, thirtyFirst, last] = [seen[29], seen[30], seen.at(-1)];
    assert.equal(thirtieth.waitedMs, 0);
    assert.ok(
      thirtyFirst.waitedMs >= HOUR - 60_000 && thirtyFirst.waitedMs <= HOUR + 60_000,
      `${thirtyFirst.waitedMs}`,
    );
    assert.equal(last.waitedMs, thirtyFirst.waitedMs);
    const times = emulator.state.messages.map(({ sendTimestamp }) => sendTimestamp).sort((a, b) => b - a);
    assert.deepEqual(
      seen.slice(0, 45).map(({ oldest }) => oldest),
      Array.from({ length: 45 }, (_, page) => times[page * 1000 + 999]),
    );
    assert.ok(seen.slice(0, -1).every(({ nextCursor }) => typeof nextCursor === "string"));
    assert.ok(!("nextCursor" in last) && !("cursor" in seen[0]));
    assert.equal(last.etaMs, 0);
    // From the first page on, the estimate has the wait of an hour, and afterwards no other.
    for (const { etaMs } of seen.slice(0, 30)) assert.ok(etaMs > HOUR - 60_000 && etaMs < HOUR + 120_000, `${etaMs}`);
    for (const { etaMs } of seen.slice(30)) assert.ok(etaMs < 120_000, `${etaMs}`);
  });

  test("estimates the time after a cursor, and before the end of a period", async (t) => {
    const clock = mockClock(t);
    const start = new Date(NOW - 150 * DAY);
    const messages = spreadMessages(58_500, 150);
    const progressOf = async (apiKey, query) => {
      const emulator = createEmulator({ now: Date.now(), messages, apiKey });
      const smsc = await createClient({ apiKey, fetch: emulator.fetch });
      const seen = [];
      const all = collect(smsc.history.iterate({ start, ...query }, { onProgress: (now) => seen.push(now) }));
      await clock.run(all, { emulator, step: 60_000 });
      return seen;
    };
    const [first, ...others] = await progressOf("whole", {});
    assert.equal(others.length, 58);
    assert.ok(first.etaMs > HOUR - 60_000 && first.etaMs < HOUR + 120_000, `${first.etaMs}`);
    const { nextCursor: cursor } = others[18];
    for (const query of [{ cursor }, { end: new Date(NOW - 45 * DAY) }]) {
      const seen = await progressOf(JSON.stringify(query), query);
      assert.ok(seen.length > 30 && seen.length < 50);
      for (const { etaMs } of seen.slice(0, 30)) assert.ok(etaMs > HOUR - 60_000 && etaMs < HOUR + 120_000, `${etaMs}`);
    }
  });

  test("of sender names reports the count and the cursor", async () => {
    const senders = Array.from({ length: 16_000 }, (_, index) => ({ name: `N${index}`, id: index + 1, status: 1 }));
    const { smsc } = await setup({ senders });
    const seen = [];
    const names = await collect(smsc.senders.iterate({ all: true }, { onProgress: (now) => seen.push(now) }));
    assert.equal(names.length, 16_000);
    assert.deepEqual(
      seen.map(({ messages, requests, nextCursor }) => [messages, requests, typeof nextCursor]),
      [
        [15_000, 1, "string"],
        [16_000, 2, "undefined"],
      ],
    );
    const [{ nextCursor: cursor }] = seen;
    assert.deepEqual(await collect(smsc.senders.iterate({ all: true, cursor })), names.slice(15_000));
    assert.equal((await collect(smsc.senders.iterate({ all: true, cursor, limit: 15_300 }))).length, 300);
    assert.deepEqual(await smsc.senders.list({ all: true, cursor, limit: 5 }), names.slice(15_000, 15_005));
    const error = await rejectsWith(smsc.senders.iterate({ cursor }).next(), "invalid_parameter");
    assert.equal(error.parameter, "cursor");
  });

  test("that is not a function rejects, and its exception ends the iteration", async () => {
    const { smsc, emulator } = await setup();
    const error = await rejectsWith(smsc.history.iterate({}, { onProgress: 5 }).next(), "invalid_option");
    assert.equal(error.parameter, "onProgress");
    assert.equal(emulator.requests.length, 0);
    const failure = new Error("thrown by onProgress");
    const iterator = smsc.history.iterate(
      {},
      {
        onProgress() {
          throw failure;
        },
      },
    );
    await assert.rejects(iterator.next(), failure);
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  });
});
