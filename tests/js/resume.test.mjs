/** Iterations report their progress, and another process can resume them from a cursor. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { collect, mockClock, NOW, rejectsWith, setup } from "./support/account.mjs";

const DAY = 86_400_000;
const HOUR = 3_600_000;

/** The given number of messages, spread evenly over the days before now. */
const spreadMessages = (count, days) =>
  Array.from({ length: count }, (_, index) => ({
    id: index,
    message: "m",
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
  })) {
    test(`${name} returns every message once, after any page`, async () => {
      const seed = { messages: spreadMessages(4100, 480) };
      const { smsc, emulator } = await setup(seed);
      const id = query.cursor && emulator.state.messages[Number(query.cursor)].intId;
      const fullQuery = { ...query, ...(id && { cursor: id }) };
      const pages = await collect(smsc.history.pages(fullQuery));
      const all = ids(pages.flatMap(({ messages }) => messages));
      assert.ok(all.length > 2000);
      const { length } = emulator.requests;
      // The last page has no cursor.
      assert.equal(pages.at(-1).cursor, undefined);
      for (const [index, { cursor }] of pages.slice(0, -1).entries()) {
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
        assert.ok(later.requests.length <= length - index, "no more requests than remained");
      }
    });
  }

  test("an invalid cursor rejects before a request is sent", async () => {
    const { smsc, emulator } = await setup();
    for (const cursor of ["/", "x/y/z", "2026-11-01/5/5", "-5", "/5/5/5"]) {
      const error = await rejectsWith(smsc.history.iterate({ cursor }).next(), "invalid_parameter");
      assert.equal(error.parameter, "cursor", cursor);
    }
    await rejectsWith(smsc.history.iterate({ start: "2026-11-01", cursor: "/5/5" }).next(), "invalid_parameter");
    // `list` accepts only ids.
    await rejectsWith(smsc.history.list({ cursor: "/5/5" }), "invalid_parameter");
    assert.equal(emulator.requests.length, 0);
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
    assert.ok(seen.slice(0, -1).every(({ cursor }) => typeof cursor === "string"));
    assert.equal(last.cursor, undefined);
    assert.equal(last.etaMs, 0);
    // Two thirds of the messages took an hour; the rest takes about half an hour.
    assert.ok(thirtyFirst.etaMs > HOUR * 0.3 && thirtyFirst.etaMs < HOUR * 0.7, `${thirtyFirst.etaMs}`);
  });

  test("of sender names reports the count and the cursor", async () => {
    const senders = Array.from({ length: 16_000 }, (_, index) => ({ name: `N${index}`, id: index + 1, status: 1 }));
    const { smsc } = await setup({ senders });
    const seen = [];
    const names = await collect(smsc.senders.iterate({ all: true }, { onProgress: (now) => seen.push(now) }));
    assert.equal(names.length, 16_000);
    assert.deepEqual(
      seen.map(({ messages, requests, cursor }) => [messages, requests, cursor]),
      [
        [15_000, 1, "/1001/15000"],
        [16_000, 2, undefined],
      ],
    );
    const rest = await collect(smsc.senders.iterate({ all: true, cursor: seen[0].cursor }));
    assert.deepEqual(rest, names.slice(15_000));
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
