/** `channel: "all"`: SMS and e-mail messages, merged newest first. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { collect, mockClock, NOW, rejectsWith, settle, setup, stubClient } from "./support/account.mjs";

const DAY = 86_400;
const EMAIL = 8;
const last = Math.floor(NOW / 1000) - 60;

/** Messages a minute apart, oldest first; `isEmail` says which of them are e-mail messages. */
const messages = (count, isEmail, interval = 60) =>
  Array.from({ length: count }, (_, index) => ({
    sendTimestamp: last - (count - index) * interval,
    type: isEmail(index) ? EMAIL : 0,
  }));

const ids = (list) => list.map(({ intId }) => intId);
const formats = (emulator) => emulator.requests.map(({ parameters }) => parameters.format);
const newestFirst = (emulator) => ids([...emulator.state.messages].sort((a, b) => b.sendTimestamp - a.sendTimestamp));

describe("both channels", () => {
  for (const [name, isEmail] of Object.entries({
    "mostly SMS": (index) => index % 10 === 0,
    "mostly e-mail": (index) => index % 10 !== 0,
    "in turns": (index) => index % 2 === 0,
    "in blocks": (index) => Math.floor(index / 700) % 2 === 0,
    "SMS only": () => false,
    "e-mail only": () => true,
  })) {
    test(`${name}: every message once, newest first`, async () => {
      const { smsc, emulator } = await setup({ messages: messages(3500, isEmail) });
      const all = await collect(smsc.history.iterate({ channel: "all" }));
      assert.deepEqual(ids(all), newestFirst(emulator));
      const pages = await collect(smsc.history.pages({ channel: "all" }));
      assert.deepEqual(ids(pages.flatMap((page) => page.messages)), ids(all));
      assert.ok(pages.slice(0, -1).every((page) => page.messages.length > 0 && page.nextCursor));
      assert.equal(pages.at(-1).nextCursor, undefined);
      const emails = Array.from({ length: 3500 }, (_, index) => index).filter(isEmail).length;
      const requests = Math.floor(emails / 1000) + Math.floor((3500 - emails) / 1000) + 2;
      assert.equal(emulator.requests.length, 2 * requests);
    });
  }

  test("the default is SMS only", async () => {
    const { smsc, emulator } = await setup({ messages: messages(10, (index) => index % 2 === 0) });
    for (const query of [{}, { channel: "sms" }]) {
      assert.equal((await collect(smsc.history.iterate(query))).length, 5);
      assert.equal((await smsc.history.list(query)).messages.length, 5);
    }
    assert.equal((await collect(smsc.history.iterate({ channel: "all" }))).length, 10);
    assert.deepEqual(formats(emulator).slice(-2), ["0", "8"]);
  });

  test("messages of one second come once, SMS before e-mail", async () => {
    const same = Array.from({ length: 2400 }, (_, index) => ({ sendTimestamp: last, type: index % 2 ? EMAIL : 0 }));
    const { smsc } = await setup({ messages: same });
    const all = await collect(smsc.history.iterate({ channel: "all" }));
    assert.equal(new Set(ids(all)).size, 2400);
    assert.deepEqual(
      all.map(({ type }) => type),
      [...Array(1200).fill(0), ...Array(1200).fill(EMAIL)],
    );
  });

  test("messages without a time, or with unordered times and ids, come once", async () => {
    const row = (id, send_timestamp) => ({ int_id: id, ...(send_timestamp && { send_timestamp }) });
    const sms = [row("5"), row("900", 50), row("1"), row("77", 70), row("3", 10)];
    const email = [row("8", 60), row("2"), row("6", 65), row("4", 20)];
    const { smsc, calls } = await stubClient(({ parameters }) =>
      JSON.stringify(parameters.format === "8" ? email : sms),
    );
    const all = await collect(smsc.history.iterate({ channel: "all" }));
    assert.equal(calls.length, 2);
    assert.deepEqual(ids(all).sort(), ids([...sms, ...email].map(({ int_id: intId }) => ({ intId }))).sort());
    // Each channel keeps the order of the service.
    assert.deepEqual(
      ids(all).filter((id) => ids(email.map(({ int_id: intId }) => ({ intId }))).includes(id)),
      ["8", "2", "6", "4"],
    );
  });

  test("nothing found is one empty page", async () => {
    const { smsc, emulator } = await setup({ messages: [] });
    assert.deepEqual(await collect(smsc.history.iterate({ channel: "all" })), []);
    assert.deepEqual(await collect(smsc.history.pages({ channel: "all" })), [{ messages: [] }]);
    assert.equal(emulator.requests.length, 4);
  });

  test("`limit` applies to both together", async () => {
    const { smsc, emulator } = await setup({ messages: messages(3000, (index) => index % 3 === 0) });
    const all = newestFirst(emulator);
    for (const [limit, counts] of [
      [1, ["1", "1"]],
      [7, ["7", "7"]],
      [1200, ["1000", "1000"]],
      [2999, undefined],
    ]) {
      emulator.requests.length = 0;
      const found = await collect(smsc.history.iterate({ channel: "all", limit }));
      assert.deepEqual(ids(found), all.slice(0, limit), `limit ${limit}`);
      const sent = emulator.requests.map(({ parameters }) => parameters.cnt);
      if (counts) assert.deepEqual(sent, counts);
    }
  });

  test("a period longer than half a year is split, with no request ahead of need", async () => {
    // An SMS a day for 400 days; e-mail messages only in the last 10 and at the beginning.
    const seed = messages(400, (index) => index > 390 || index < 3, DAY);
    const { smsc, emulator } = await setup({ messages: seed });
    const query = { channel: "all", start: new Date(NOW - 420 * DAY * 1000) };
    const iterator = smsc.history.iterate(query);
    const first = [];
    for (let count = 0; count < 150; count++) first.push((await iterator.next()).value);
    assert.deepEqual(formats(emulator), ["0", "8"], "the messages of the first half year need no older ones");
    const rest = await collect(iterator);
    assert.deepEqual(ids([...first, ...rest]), newestFirst(emulator));
    assert.deepEqual(formats(emulator).sort(), ["0", "0", "0", "8", "8", "8"]);
    assert.ok(emulator.requests.every(({ code }) => code === 0 || code === 3));
  });

  test("requests each channel only when its messages could be next", async () => {
    // 3000 SMS are newer than every e-mail message but one.
    const isEmail = (index) => index < 2500 || index === 5499;
    const { smsc, emulator } = await setup({ messages: messages(5500, isEmail) });
    const iterator = smsc.history.iterate({ channel: "all" });
    await settle();
    assert.equal(emulator.requests.length, 0);
    for (let count = 0; count < 3001; count++) await iterator.next();
    assert.deepEqual(formats(emulator), ["0", "8", "0", "0"]);
    await iterator.return();
    await settle();
    assert.equal(emulator.requests.length, 4);
  });

  test("keeps within the service's limits", async (t) => {
    const clock = mockClock(t);
    const emulator = createEmulator({
      now: NOW,
      messages: messages(32_500, (index) => index % 4 === 0),
      apiKey: "both",
    });
    const smsc = await createClient({ apiKey: "both", fetch: emulator.fetch });
    const progress = [];
    const all = collect(smsc.history.iterate({ channel: "all" }, { onProgress: (now) => progress.push(now) }));
    await clock.run(all, { emulator, step: 60_000 });
    assert.equal(new Set(ids(await all)).size, 32_500);
    assert.ok(emulator.requests.every(({ code }) => code === 0));
    assert.equal(progress.at(-1).requests, emulator.requests.length);
    assert.equal(progress.at(-1).messages, 32_500);
    assert.equal(progress.at(-1).oldest, last - 32_500 * 60);
    assert.ok(!("nextCursor" in progress.at(-1)));
  });

  test("the progress before the first message has a cursor, too", async () => {
    const { smsc, emulator } = await setup({ messages: messages(1500, (index) => index % 2 === 0) });
    const progress = [];
    const query = { channel: "all" };
    await smsc.history.iterate(query, { onProgress: (now) => progress.push(now) }).next();
    assert.deepEqual(
      progress.map(({ messages, requests }) => [messages, requests]),
      [
        [0, 1],
        [1500, 2],
      ],
    );
    const again = await collect(smsc.history.iterate({ ...query, cursor: progress[0].nextCursor }));
    assert.deepEqual(ids(again), newestFirst(emulator));
  });

  test("a failed request of one channel ends both, after the earlier messages", async () => {
    const { smsc, emulator } = await setup({ messages: messages(3000, (index) => index % 2 === 0) });
    emulator.faults.push({ when: ({ parameters }) => parameters.prev_id !== undefined, code: 4 });
    const iterator = smsc.history.iterate({ channel: "all" });
    for (let count = 0; count < 1999; count++) await iterator.next();
    assert.equal((await rejectsWith(iterator.next(), "ip_blocked")).endpoint, "history");
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
  });

  test("`list` rejects it, and says what to use", async () => {
    const { smsc, emulator } = await setup();
    const error = await rejectsWith(smsc.history.list({ channel: "all" }), "invalid_parameter");
    assert.equal(error.parameter, "channel");
    assert.match(error.message, /history\.iterate.*history\.pages/);
    assert.equal(emulator.requests.length, 0);
  });
});
