/** Iterating the history: every message once, with the fewest requests, and none after the end. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { collect, mockClock, NOW, rejectsWith, settle, setup, stubClient, waitUntil } from "./support/account.mjs";

const DAY = 86_400_000;

/** The given number of messages, one per minute. */
const messagesPerMinute = (count) =>
  Array.from({ length: count }, (_, index) => ({
    id: index,
    message: "m",
    sendTimestamp: 1_790_000_000 + index * 60,
  }));

const ids = (messages) => messages.map(({ intId }) => intId);
const sent = (emulator, ...names) => emulator.requests.map(({ parameters }) => names.map((name) => parameters[name]));

/** A page as a faulty service may return it. */
const page = (from, count = 1000) =>
  JSON.stringify(Array.from({ length: count }, (_, index) => ({ int_id: String(from - index), message: "m" })));

describe("history iteration: requests", () => {
  test("2,500 messages take three requests, each message once, newest first", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(2500) });
    const seen = ids(await collect(smsc.history.iterate()));
    assert.deepEqual(
      seen,
      [...emulator.state.messages].reverse().map(({ intId }) => intId),
    );
    assert.deepEqual(sent(emulator, "cnt", "prev_id"), [
      ["1000", undefined],
      ["1000", seen[999]],
      ["1000", seen[1999]],
    ]);
  });

  test("a full last page takes one more request", async () => {
    for (const [count, requests] of [
      [2000, 3],
      [1000, 2],
      [999, 1],
      [0, 1],
    ]) {
      const { smsc, emulator } = await setup({ messages: messagesPerMinute(count) });
      assert.equal((await collect(smsc.history.iterate())).length, count);
      assert.equal(emulator.requests.length, requests, `${count} messages`);
    }
  });

  test("`pages` gives the same messages, page by page", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(2500) });
    const pages = await collect(smsc.history.pages());
    assert.deepEqual(
      pages.map(({ messages }) => messages.length),
      [1000, 1000, 500],
    );
    assert.deepEqual(
      pages.map((page) => [Object.keys(page), typeof page.nextCursor]),
      [
        [["messages", "nextCursor"], "string"],
        [["messages", "nextCursor"], "string"],
        [["messages"], "undefined"],
      ],
    );
    assert.equal(emulator.requests.length, 3);
  });

  test("`limit` applies to the whole iteration, and reduces the last request", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(2500) });
    for (const [limit, counts] of [
      [7, ["7"]],
      [1000, ["1000"]],
      [1500, ["1000", "500"]],
      [2000, ["1000", "1000"]],
      [9999, ["1000", "1000", "1000"]],
    ]) {
      emulator.requests.length = 0;
      assert.equal((await collect(smsc.history.iterate({ limit }))).length, Math.min(limit, 2500));
      assert.deepEqual(sent(emulator, "cnt").flat(), counts, `limit ${limit}`);
    }
  });

  test("continues from a cursor, with the other parameters in every request", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(1500) });
    const all = ids(await collect(smsc.history.iterate()));
    emulator.requests.length = 0;
    const rest = await collect(smsc.history.iterate({ cursor: all[99], phones: ["79991234567"] }));
    assert.deepEqual(ids(rest), all.slice(100));
    assert.deepEqual(sent(emulator, "prev_id", "phone"), [
      [all[99], "79991234567"],
      [all[1099], "79991234567"],
    ]);
  });

  test("sends no request before the first `next`, and none ahead of need", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(2500) });
    const iterator = smsc.history.iterate();
    await settle();
    assert.equal(emulator.requests.length, 0);
    await iterator.next();
    await settle();
    assert.equal(emulator.requests.length, 1);
    await iterator.return();
  });

  test("concurrent calls of `next` get each message once", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(1002) });
    const iterator = smsc.history.iterate();
    const results = await Promise.all(Array.from({ length: 1004 }, () => iterator.next()));
    assert.equal(new Set(results.filter(({ done }) => !done).map(({ value }) => value.intId)).size, 1002);
    assert.deepEqual(results.slice(1002), [
      { value: undefined, done: true },
      { value: undefined, done: true },
    ]);
    assert.equal(emulator.requests.length, 2);
  });
});

describe("history iteration: a long period", () => {
  const days = (count) => {
    // The first and the last second of each day in UTC+3, where windows meet.
    const newest = Date.parse("2026-11-22T00:00:00+03:00");
    const starts = Array.from({ length: count }, (_, index) => newest - index * DAY);
    return starts.flatMap((start) => [
      { message: "first", sendTimestamp: start / 1000 },
      { message: "last", sendTimestamp: (start + DAY) / 1000 - 1 },
    ]);
  };

  test("is split into adjacent windows without gap or overlap, newest first", async () => {
    const { smsc, emulator } = await setup({ messages: days(500) });
    const query = { start: "2025-09-01", end: "2026-11-20" };
    const messages = await collect(smsc.history.iterate(query));
    const [from, to] = [Date.parse("2025-09-01T00:00:00+03:00"), Date.parse("2026-11-21T00:00:00+03:00")];
    const expected = emulator.state.messages
      .filter(({ sendTimestamp: time }) => time * 1000 >= from && time * 1000 < to)
      .sort((a, b) => b.sendTimestamp - a.sendTimestamp);
    assert.deepEqual(
      ids(messages),
      expected.map(({ intId }) => intId),
    );

    const day = (text) => Date.parse(text.split(".").reverse().join("-"));
    const windows = sent(emulator, "start", "end").map(([start, end]) => [day(start), day(end)]);
    assert.equal(windows[0][1], day("20.11.2026"));
    assert.equal(windows.at(-1)[0], day("01.09.2025"));
    windows.forEach(([start, end], index) => {
      assert.ok(end - start <= 180 * DAY, "at most half a year a request");
      if (index > 0) assert.equal(end + DAY, windows[index - 1][0]);
    });
    assert.ok(emulator.requests.every(({ code }) => code === 0 || code === 3));
  });

  test("is paginated within each window", async () => {
    const { smsc, emulator } = await setup({ messages: 3000 });
    const messages = await collect(smsc.history.iterate({ start: "2026-02-01", end: "2026-11-22" }));
    const expected = emulator.state.messages.filter(({ type }) => type !== 8);
    assert.deepEqual(ids(messages), expected.map(({ intId }) => intId).slice(0, messages.length));
    assert.ok(messages.length > 2000);
    assert.equal(emulator.requests.filter(({ code }) => code !== 0 && code !== 3).length, 0);
  });

  test("stops at `limit` across windows", async () => {
    const { smsc, emulator } = await setup({ messages: days(400) });
    const messages = await collect(smsc.history.iterate({ start: "2025-11-01", end: "2026-11-20", limit: 500 }));
    assert.equal(messages.length, 500);
    assert.equal(new Set(ids(messages)).size, 500);
    assert.deepEqual(sent(emulator, "cnt").flat(), ["500", "140"]);
  });

  test("an empty window does not end the iteration", async () => {
    const times = ["2026-11-10", "2025-10-10"].map((day) => Date.parse(`${day}T12:00:00+03:00`) / 1000);
    const { smsc } = await setup({ messages: times.map((sendTimestamp) => ({ sendTimestamp })) });
    const messages = await collect(smsc.history.iterate({ start: "2025-10-01", end: "2026-11-20" }));
    assert.deepEqual(
      messages.map(({ sendTimestamp }) => sendTimestamp),
      times,
    );
  });

  test("without `end` it extends to today; without `start` it follows the cursor only", async (t) => {
    t.mock.timers.enable({ apis: ["Date"], now: NOW });
    const { smsc, emulator } = await setup({ messages: days(400) });
    assert.equal((await collect(smsc.history.iterate({ start: "2025-12-01" }))).length, 2 * 357);
    emulator.requests.length = 0;
    assert.equal((await collect(smsc.history.iterate({ end: "2026-11-21" }))).length, 2 * 399);
    assert.deepEqual(sent(emulator, "start", "end"), [[undefined, "21.11.2026"]]);
    emulator.requests.length = 0;
    await collect(smsc.history.iterate());
    assert.deepEqual(sent(emulator, "start", "end"), [[undefined, undefined]]);
  });
});

describe("history iteration: the end", () => {
  test("`break` sends no further request, and the iterator stays done", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(2500) });
    const iterator = smsc.history.iterate();
    let count = 0;
    for await (const _ of iterator) if (++count === 1000) break;
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
    await settle();
    assert.equal(emulator.requests.length, 1);
  });

  test("return() aborts the request in flight", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(10) });
    emulator.faults.push({ kind: "hang" });
    const iterator = smsc.history.pages();
    const next = iterator.next();
    await waitUntil(() => emulator.requests.length === 1);
    assert.deepEqual(await iterator.return(), { value: undefined, done: true });
    assert.deepEqual(await next, { value: undefined, done: true });
    await waitUntil(() => emulator.requests[0].outcome === "aborted");
    assert.equal(emulator.requests.length, 1);
  });

  test("an abort ends it immediately: before, between and during requests", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(2500) });
    const reason = new Error("enough");
    const before = await rejectsWith(
      collect(smsc.history.iterate({}, { signal: AbortSignal.abort(reason) })),
      "aborted",
    );
    assert.equal(before.cause, reason);
    assert.equal(emulator.requests.length, 0);

    const between = new AbortController();
    const iterator = smsc.history.pages({}, { signal: between.signal });
    await iterator.next();
    between.abort(reason);
    assert.equal((await rejectsWith(iterator.next(), "aborted")).cause, reason);
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
    assert.equal(emulator.requests.length, 1);

    const during = new AbortController();
    emulator.faults.push({ kind: "hang" });
    const pending = collect(smsc.history.iterate({}, { signal: during.signal }));
    await waitUntil(() => emulator.requests.length === 2);
    during.abort(reason);
    assert.equal((await rejectsWith(pending, "aborted")).cause, reason);
    assert.equal(emulator.requests[1].outcome, "aborted");
  });

  test("an abort within a page rejects the next message", async () => {
    const { smsc } = await setup({ messages: messagesPerMinute(10) });
    const controller = new AbortController();
    const iterator = smsc.history.iterate({}, { signal: controller.signal });
    await iterator.next();
    controller.abort("stop");
    assert.equal((await rejectsWith(iterator.next(), "aborted")).cause, "stop");
  });

  test("a failed request ends it with its error, after the earlier messages", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(2500) });
    emulator.faults.push({ when: ({ parameters }) => parameters.prev_id !== undefined, code: 4 });
    const iterator = smsc.history.iterate();
    for (let count = 0; count < 1000; count++) await iterator.next();
    assert.equal((await rejectsWith(iterator.next(), "ip_blocked")).endpoint, "history");
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
    assert.equal(emulator.requests.length, 2);
  });

  test("a cycle of pages is `bad_response`, not an endless loop", async () => {
    const same = await stubClient(page(5000));
    await rejectsWith(collect(same.smsc.history.iterate()), "bad_response");
    assert.equal(same.calls.length, 2);
    const two = await stubClient((_, count) => page(count % 2 === 1 ? 5000 : 3000));
    const error = await rejectsWith(collect(two.smsc.history.pages()), "bad_response");
    assert.equal(error.endpoint, "history");
    assert.equal(two.calls.length, 3);
  });

  test("`limit` holds even if the service answers with more", async () => {
    for (const [limit, count] of [
      [5, 5],
      [1003, 1003],
    ]) {
      const { smsc, calls } = await stubClient((_, call) => page(9000 - call * 1000, 1000));
      const pages = await collect(smsc.history.pages({ limit }));
      assert.equal(pages.flatMap(({ messages }) => messages).length, count);
      assert.equal(pages.at(-1).nextCursor, undefined);
      assert.equal(calls.at(-1).parameters.cnt, String(limit % 1000));
    }
  });

  test("a message on two pages is given once", async () => {
    const { smsc } = await stubClient((_, count) => (count === 1 ? page(5000) : page(4003, 10)));
    const seen = ids(await collect(smsc.history.iterate()));
    assert.equal(seen.length, 1007);
    assert.equal(new Set(seen).size, 1007);
  });

  test("totalTimeoutMs applies to the whole iteration, as an option of the call or the client", async () => {
    const slow = (_, count) => new Promise((resolve) => setTimeout(resolve, 40, page(1_000_000 - count * 1000)));
    for (const [options, callOptions] of [
      [{}, { totalTimeoutMs: 150 }],
      [{ totalTimeoutMs: 150 }, {}],
    ]) {
      const { smsc, calls } = await stubClient(slow, options);
      const iterator = smsc.history.pages({}, callOptions);
      await rejectsWith(
        (async () => {
          for (let count = 0; count < 20; count++) await iterator.next();
        })(),
        "timeout",
      );
      assert.ok(calls.length >= 2 && calls.length <= 4, `${calls.length} requests`);
    }
  });
});

describe("the query and the options of an iteration", () => {
  test("are those of the call: later changes do not count", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(5) });
    const query = { start: "2026-11-01", phones: ["79991234567"] };
    const options = { onProgress: () => {} };
    const iterators = [smsc.history.iterate(query, options), smsc.history.pages(query, options)];
    query.start = "2026-11-20";
    query.phones.push("79991234568");
    options.onProgress = () => assert.fail("a later onProgress");
    for (const iterator of iterators) await iterator.next();
    for (const { parameters } of emulator.requests) {
      assert.deepEqual([parameters.start, parameters.phone], ["01.11.2026", "79991234567"]);
    }
    assert.equal(emulator.requests.length, 2);
  });

  test("that are invalid reject the first item, and nothing is sent", async () => {
    const { smsc, emulator } = await setup();
    const iterator = smsc.history.iterate({ limit: -1 });
    await rejectsWith(iterator.next(), "invalid_parameter");
    assert.deepEqual(await iterator.next(), { value: undefined, done: true });
    assert.equal(emulator.requests.length, 0);
  });

  test("totalTimeoutMs counts from the first item", async (t) => {
    const { smsc } = await setup({ messages: messagesPerMinute(5) });
    const clock = mockClock(t);
    const iterator = smsc.history.iterate({}, { totalTimeoutMs: 1000 });
    clock.tick(5000);
    assert.equal((await iterator.next()).done, false);
  });
});

describe("toArray", () => {
  test("collects at most `max` messages, and ends the iteration", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(2500) });
    const all = await collect(smsc.history.iterate());
    emulator.requests.length = 0;
    for (const [max, requests] of [
      [1, 1],
      [1000, 1],
      [1001, 2],
      [2500, 3],
      [9999, 3],
    ]) {
      emulator.requests.length = 0;
      const iterator = smsc.history.iterate();
      assert.deepEqual(await iterator.toArray(max), all.slice(0, max));
      assert.deepEqual(await iterator.next(), { value: undefined, done: true });
      assert.equal(emulator.requests.length, requests, `max ${max}`);
    }
  });

  test("requests no more than `max` messages, unless the query's limit is lower", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(50) });
    await smsc.history.iterate().toArray(3);
    await smsc.history.iterate({ limit: 2 }).toArray(5);
    const [{ nextCursor }] = [await smsc.history.list({ limit: 10 })];
    assert.equal((await smsc.history.iterate({ cursor: nextCursor }).toArray(4)).length, 4);
    const counts = emulator.requests.map(({ parameters }) => parameters.cnt);
    assert.deepEqual(counts, ["3", "2", "10", "4"]);
  });

  test("collects the messages that are left, none twice", async () => {
    const { smsc } = await setup({ messages: messagesPerMinute(10) });
    const iterator = smsc.history.iterate();
    const first = await iterator.next();
    const rest = await iterator.toArray(100);
    assert.equal(rest.length, 9);
    assert.ok(!ids(rest).includes(first.value.intId));
    assert.deepEqual(await iterator.toArray(5), []);
  });

  test("rejects a missing or wrong `max` before anything is sent", async () => {
    const { smsc, emulator } = await setup();
    for (const max of [undefined, null, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "5", 5n, {}]) {
      const error = await rejectsWith(smsc.history.iterate().toArray(max), "invalid_parameter");
      assert.deepEqual([error.parameter, error.endpoint], ["max", "history"]);
    }
    assert.equal(emulator.requests.length, 0);
  });

  test("rejects with the error of the iteration", async () => {
    const { smsc, emulator } = await setup({ messages: messagesPerMinute(2500) });
    emulator.faults.push({ when: ({ parameters }) => parameters.prev_id !== undefined, code: 4 });
    await rejectsWith(smsc.history.iterate().toArray(1500), "ip_blocked");
  });
});
