/** Deferred tasks: the list, a single task, and waiting for its end. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient } from "smsc-wasm";
import { createEmulator, TASK_TIMES } from "smsc-wasm/testing";
import { mockClock, NOW, rejectsWith, settle, setup, stubClient, waitUntil } from "./support/account.mjs";

const MINUTE = 60_000;
const plain = (count) =>
  Array.from({ length: count }, (_, index) => ({ id: 10 + 3 * index, name: `t${index}`, status: 3, due: [] }));

describe("the list", () => {
  test("has every field, without empty ones", async () => {
    const tasks = [
      {
        id: 5,
        name: 'Рассылка "А", март',
        status: 2,
        created: "01.11.2026 10:00:00",
        time: "01.11.2026 10:03:00",
        file: "a.csv",
        due: [],
      },
      { id: 6, name: "B", status: 0, created: "02.11.2026 10:00:00", time: "", file: "", due: [] },
    ];
    const { smsc } = await setup({ tasks });
    assert.deepEqual(await smsc.tasks.list(), [
      {
        id: 5,
        name: 'Рассылка "А", март',
        status: 2,
        created: "01.11.2026 10:00:00",
        time: "01.11.2026 10:03:00",
        file: "a.csv",
      },
      { id: 6, name: "B", status: 0, created: "02.11.2026 10:00:00" },
    ]);
  });

  test("is requested with the documented parameters", async () => {
    const { smsc, emulator } = await setup({ tasks: plain(5) });
    assert.equal((await smsc.tasks.list()).length, 5);
    assert.deepEqual(
      (await smsc.tasks.list({ afterId: 13, limit: 2 })).map(({ id }) => id),
      [16, 19],
    );
    await smsc.tasks.list({ afterId: "999999999999" });
    const sent = emulator.requests.map(({ parameters: { get_list, after_id, cnt } }) => [get_list, after_id, cnt]);
    assert.deepEqual(sent, [
      ["1", undefined, undefined],
      ["1", "13", "2"],
      ["1", "999999999999", undefined],
    ]);
  });

  test("is empty without tasks, is the same when types drift, and keeps unknown fields", async () => {
    assert.deepEqual(await (await setup({ tasks: [] })).smsc.tasks.list(), []);
    const expected = await (await setup()).smsc.tasks.list();
    assert.deepEqual(await (await setup({ drift: true })).smsc.tasks.list(), expected);
    const { smsc } = await stubClient('[{ "id": "7", "name": 5, "status": 2, "size": 10, "time": null }]');
    assert.deepEqual(await smsc.tasks.list(), [{ id: 7, name: "5", status: 2, extra: { size: 10 } }]);
    assert.deepEqual(structuredClone(expected), expected);
  });
});

describe("one task", () => {
  for (const taskOrder of ["ascending", "descending"]) {
    for (const taskPage of [1, 2, 3, 100]) {
      test(`is found in an ${taskOrder} list of ${taskPage} per page`, async () => {
        const { smsc, emulator } = await setup({ tasks: plain(7), taskOrder, taskPage });
        for (let index = 0; index < 7; index++) {
          const task = await smsc.tasks.get(10 + 3 * index);
          assert.deepEqual([task?.id, task?.name], [10 + 3 * index, `t${index}`]);
        }
        for (const id of [0, 1, 9, 11, 29, 1000, 999_999_999_999]) assert.equal(await smsc.tasks.get(id), undefined);
        assert.ok(emulator.requests.length < 7 * 10);
      });
    }
  }

  test("accepts its id as string, number or bigint, and is undefined without tasks", async () => {
    const { smsc } = await setup({ tasks: plain(3) });
    for (const id of [13, "13", 13n]) assert.equal((await smsc.tasks.get(id)).id, 13);
    assert.equal(await (await setup({ tasks: [] })).smsc.tasks.get(13), undefined);
  });

  test("is found even if the service returns fewer than requested", async () => {
    const all = [5, 6, 7, 8, 9].map((id) => ({ id, name: `n${id}`, status: "2" }));
    const { smsc, calls } = await stubClient(({ parameters }) => {
      const after = all.filter(({ id }) => id > Number(parameters.after_id ?? 0));
      return after.length > 0 ? JSON.stringify(after.slice(0, 2)) : "ERROR = 5 (none)";
    });
    for (const { id } of all) assert.equal((await smsc.tasks.get(id))?.id, id);
    assert.equal(await smsc.tasks.get(4), undefined);
    assert.equal(await smsc.tasks.get(10), undefined);
    assert.ok(calls.length < 20);
  });
});

describe("waiting for a task", () => {
  /** A waiting task, and a mocked clock that advances together with the emulator's. */
  const waiting = async (t, seed = {}, options = {}) => {
    const clock = mockClock(t);
    const emulator = createEmulator({ now: NOW, tasks: [{ id: 5, name: "a" }], ...seed });
    // Clients of one account share its limits within a process, so each test uses a separate account.
    emulator.state.apiKey = `key-${Math.random()}`;
    const smsc = await createClient({ apiKey: emulator.state.apiKey, fetch: emulator.fetch, ...options });
    return { smsc, emulator, run: (promise, step = 1000) => clock.run(promise, { emulator, step }) };
  };

  test("reports each poll, and returns the completed task, within the service's limits", async (t) => {
    const waits = [];
    const { smsc, emulator, run } = await waiting(t, {}, { onWait: (wait) => waits.push(wait) });
    const seen = [];
    const task = await run(smsc.tasks.waitFor(5, { onProgress: ({ status }) => seen.push(status) }));
    assert.deepEqual([task.id, task.status, task.file], [5, 2, "messages_5.csv"]);
    assert.deepEqual([...new Set(seen)], [0, 1, 2]);
    assert.ok(
      emulator.requests.every(({ code }) => code === 0),
      "the service rejected a poll",
    );
    const minutes = (TASK_TIMES.start + TASK_TIMES.run) / MINUTE;
    assert.ok(emulator.requests.length >= minutes && emulator.requests.length <= 3 * minutes + 4);
    assert.ok(waits.every(({ method, waitMs }) => method === "tasks.waitFor" && waitMs > 0));
    assert.equal(new Set(waits.map(({ callId }) => callId)).size, 1);
    assert.ok(waits.some(({ reason }) => reason === "poll"));
  });

  test("polls immediately: a completed task needs one request", async (t) => {
    const { smsc, emulator } = await waiting(t, { tasks: [{ id: 5, status: 2, due: [] }] });
    assert.equal((await smsc.tasks.waitFor(5)).status, 2);
    assert.equal(emulator.requests.length, 1);
  });

  test("rejects if the task was cancelled, failed or does not exist", async (t) => {
    const due = (status) => [{ at: NOW + MINUTE, status }];
    const tasks = [
      { id: 5, name: "c", due: due(3) },
      { id: 6, name: "f", due: due(4) },
    ];
    const { smsc, emulator, run } = await waiting(t, { tasks });
    const cancelled = await rejectsWith(run(smsc.tasks.waitFor(5)), "task_cancelled");
    assert.deepEqual([cancelled.task.id, cancelled.task.status, cancelled.endpoint], [5, 3, "tasks"]);
    assert.equal(cancelled.attempts, emulator.requests.length);
    assert.ok(cancelled.attempts > 1);
    const failed = await rejectsWith(run(smsc.tasks.waitFor("6")), "task_failed");
    assert.deepEqual([failed.task.id, failed.task.status, failed.toJSON().task.name], [6, 4, "f"]);
    assert.deepEqual([failed.retryable, failed.attempts], [false, 1]);
    assert.equal((await rejectsWith(run(smsc.tasks.waitFor(7)), "not_found")).attempts, 1);
  });

  test("rejects with not_found if the task disappears", async (t) => {
    const { smsc, emulator, run } = await waiting(t);
    const waitResult = run(smsc.tasks.waitFor(5, { onProgress: () => emulator.state.tasks.splice(0) }));
    await rejectsWith(waitResult, "not_found");
  });

  test("rejects after maxWaitMs, with the last state of the task", async (t) => {
    const { smsc, emulator, run } = await waiting(t, { tasks: [{ id: 5, status: 1, due: [] }] });
    const began = Date.now();
    const error = await rejectsWith(run(smsc.tasks.waitFor(5, { maxWaitMs: 90_000 })), "timeout");
    assert.deepEqual([error.task.id, error.task.status], [5, 1]);
    assert.equal(error.attempts, emulator.requests.length);
    assert.ok(error.attempts > 2);
    const elapsed = Date.now() - began;
    assert.ok(elapsed >= 90_000 && elapsed <= 92_000, `${elapsed} ms`);
  });

  test("totalTimeoutMs applies to the whole wait, as an option of the call or the client", async (t) => {
    for (const [options, callOptions] of [
      [{}, { totalTimeoutMs: 30_000 }],
      [{ totalTimeoutMs: 30_000 }, {}],
    ]) {
      t.mock.timers.reset();
      const { smsc, run } = await waiting(t, { tasks: [{ id: 5, status: 1, due: [] }] }, options);
      const began = Date.now();
      const error = await rejectsWith(run(smsc.tasks.waitFor(5, callOptions)), "timeout");
      // The next poll would come after 60 seconds: it is not waited for.
      const elapsed = Date.now() - began;
      assert.ok(elapsed >= 20_000 && elapsed <= 22_000, `${elapsed} ms`);
      assert.deepEqual([error.task.status, error.attempts], [1, 3]);
      assert.ok(error.retryAfterMs > 38_000 && error.retryAfterMs <= 40_000, String(error.retryAfterMs));
    }
  });

  test("retries transient failures, and rejects on permanent ones", async (t) => {
    const { smsc, emulator, run } = await waiting(t);
    emulator.faults.push({ status: 503 }, { kind: "offline" });
    assert.equal((await run(smsc.tasks.waitFor(5))).status, 2);
    emulator.faults.push({ code: 4 });
    await rejectsWith(run(smsc.tasks.waitFor(5)), "ip_blocked");
  });

  test("an abort ends it immediately: before, during and between polls", async (t) => {
    const { smsc, emulator } = await waiting(
      t,
      { tasks: [{ id: 5, status: 1, due: [] }], limits: false },
      { rateLimit: "off" },
    );
    const before = await rejectsWith(smsc.tasks.waitFor(5, { signal: AbortSignal.abort("no") }), "aborted");
    assert.equal(before.cause, "no");
    assert.equal(emulator.requests.length, 0);
    const between = new AbortController();
    const pausing = rejectsWith(smsc.tasks.waitFor(5, { signal: between.signal }), "aborted");
    await waitUntil(() => emulator.requests.length > 0 && emulator.requests.at(-1).outcome === "answered");
    await settle();
    between.abort("stop");
    assert.equal((await pausing).cause, "stop");
    const during = new AbortController();
    emulator.faults.push({ kind: "hang" });
    const { length } = emulator.requests;
    const polling = rejectsWith(smsc.tasks.waitFor(5, { signal: during.signal }), "aborted");
    await waitUntil(() => emulator.requests.length > length);
    during.abort("halt");
    assert.equal((await polling).cause, "halt");
    assert.equal(emulator.requests.at(-1).outcome, "aborted");
  });

  test("several waits of one account share each poll, and each returns its task", async (t) => {
    const tasks = [3, 5, 8].map((id, index) => ({
      id,
      name: `t${id}`,
      due: [{ at: NOW + (index + 1) * MINUTE, status: 2 }],
    }));
    const { smsc, emulator, run } = await waiting(t, { tasks });
    const again = await createClient({ apiKey: emulator.state.apiKey, fetch: emulator.fetch });
    const all = Promise.all([smsc.tasks.waitFor(8), again.tasks.waitFor(3), smsc.tasks.waitFor("5")]);
    await settle();
    assert.equal(emulator.requests.length, 1);
    assert.deepEqual(
      (await run(all)).map(({ id, status }) => [id, status]),
      [
        [8, 2],
        [3, 2],
        [5, 2],
      ],
    );
    // At 0, 5 and 20 seconds, then every 20: one request per poll.
    assert.ok(emulator.requests.length <= 3 + 3 * 3, `${emulator.requests.length} polls`);
    assert.ok(emulator.requests.every(({ code }) => code === 0));
  });

  test("one abort does not affect other waits, and a failed poll rejects all", async (t) => {
    const tasks = [5, 6].map((id) => ({ id, name: "t", due: [{ at: NOW + MINUTE, status: 2 }] }));
    const { smsc, emulator, run } = await waiting(t, { tasks });
    const controller = new AbortController();
    const aborted = rejectsWith(smsc.tasks.waitFor(5, { signal: controller.signal }), "aborted");
    const other = smsc.tasks.waitFor(6);
    await settle();
    controller.abort();
    await aborted;
    assert.equal((await run(other)).status, 2);
    emulator.faults.push({ code: 4 });
    const both = [smsc.tasks.waitFor(5), smsc.tasks.waitFor(6)].map((wait) => rejectsWith(wait, "ip_blocked"));
    await run(Promise.all(both));
  });

  test("a failure of `credentials()` rejects the wait that called it", async (t) => {
    const tasks = [5, 6].map((id) => ({ id, name: "t", status: 2 }));
    const { emulator, run } = await waiting(t, { tasks });
    let calls = 0;
    const credentials = async () => {
      if (++calls === 1) throw new Error("the vault is sealed");
      return { apiKey: emulator.state.apiKey };
    };
    const smsc = await createClient({ credentials, fetch: emulator.fetch });
    const failed = rejectsWith(smsc.tasks.waitFor(5), "unauthorized");
    const other = smsc.tasks.waitFor(6);
    assert.equal((await failed).cause.message, "the vault is sealed");
    assert.equal((await run(other)).status, 2);
  });

  test("a wait that ignores the limits, or fails with them, does not wait for another one's poll", async (t) => {
    const tasks = [5, 6].map((id) => ({ id, name: "t", status: 2 }));
    const { smsc, emulator, run } = await waiting(t, { tasks, limits: false });
    for (let count = 0; count < 3; count++) await smsc.tasks.waitFor(5);
    const queued = smsc.tasks.waitFor(5);
    await settle();
    assert.equal(emulator.requests.length, 3);
    assert.equal((await smsc.tasks.waitFor(6, { rateLimit: "off" })).status, 2);
    assert.equal((await rejectsWith(smsc.tasks.waitFor(6, { rateLimit: "fail" }), "rate_limited")).attempts, 0);
    assert.equal((await run(queued)).status, 2);
  });

  test("polls soon, then at growing intervals", async (t) => {
    const hours = 2;
    const { smsc, emulator, run } = await waiting(t, {
      tasks: [{ id: 5, name: "long", due: [{ at: NOW + hours * 60 * MINUTE, status: 2 }] }],
    });
    await run(smsc.tasks.waitFor(5), 5000);
    const polls = emulator.requests.map(({ time }) => (time - NOW) / 1000);
    assert.deepEqual(polls.slice(0, 3), [0, 5, 20]);
    const last = polls.at(-1) - polls.at(-2);
    assert.ok(last >= 60 && last <= 65, `${last} s`);
    assert.ok(polls.length < hours * 90, `${polls.length} polls`);
  });
});
