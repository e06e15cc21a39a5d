/** The emulator's seeds and state: names of the client, validation, fields that the client does not know. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createEmulator, faults } from "smsc-wasm/testing";
import { setup } from "./support/account.mjs";

const rejects = (run, message) => assert.throws(run, { name: "TypeError", message });

describe("an unknown key", () => {
  for (const [seed, message] of [
    [{ mesages: [] }, "Unknown key `mesages`. Did you mean `messages`?"],
    [{ messages: [{ statsu: 1 }] }, "Unknown key `messages[0].statsu`. Did you mean `status`?"],
    [
      { messages: [{}, { send_timestamp: 1 }] },
      "Unknown key `messages[1].send_timestamp`. Did you mean `sendTimestamp`?",
    ],
    [{ senders: [{ sender: "A" }] }, "Unknown key `senders[0].sender`. Did you mean `name`?"],
    [{ senders: [{ cmt: "A" }] }, "Unknown key `senders[0].cmt`. Did you mean `comment`?"],
    [
      { senders: [{ operators: { mts_step: 1 } }] },
      "Unknown key `senders[0].operators.mts_step`. Did you mean `mtsStep`?",
    ],
    [{ senders: [{ files: [{ fid: 1 }] }] }, "Unknown key `senders[0].files[0].fid`. Did you mean `id`?"],
    [
      { senders: [{ due: [{ at: 1, operater: "motiv" }] }] },
      "Unknown key `senders[0].due[0].operater`. Did you mean `operator`?",
    ],
    [{ tasks: [{ contents: "" }] }, "Unknown key `tasks[0].contents`. Did you mean `content`?"],
    [{ limits: { blockafter: 1 } }, "Unknown key `limits.blockafter`. Did you mean `blockAfter`?"],
    [{ limits: { everything: true } }, "Unknown key `limits.everything`. Known keys: `blockAfter`, `blockMs`."],
    [
      { messages: [{ operator_orig: "МТС" }] },
      "Unknown key `messages[0].operator_orig`. Fields of the service that have no name here belong into `extra`.",
    ],
  ]) {
    test(`is rejected: ${message}`, () => rejects(() => createEmulator(seed), message));
  }

  test("is rejected by addMessage, addSender, addTask and a new list", () => {
    const { state } = createEmulator();
    rejects(() => state.addMessage({ phon: "7" }), "Unknown key `message.phon`. Did you mean `phone`?");
    rejects(() => state.addSender({ nam: "A" }), "Unknown key `sender.nam`. Did you mean `name`?");
    rejects(() => state.addTask({ statuss: 1 }), "Unknown key `task.statuss`. Did you mean `status`?");
    rejects(() => {
      state.senders = [{ nam: "A" }];
    }, "Unknown key `senders[0].nam`. Did you mean `name`?");
    assert.equal(state.messages.length, 3000);
  });

  test("or a missing one is rejected by push, unshift and splice", () => {
    const { state } = createEmulator({ messages: 1, senders: [], tasks: [] });
    rejects(() => state.messages.push({ ...state.messages[0], statsu: 1 }), /^Unknown key `message.statsu`/);
    rejects(() => state.messages.unshift({ phone: "79161234567" }), /^Missing key `message\.\w+`\.$/);
    rejects(() => state.senders.splice(0, 0, { nam: "A" }), "Unknown key `sender.nam`. Did you mean `name`?");
    assert.equal(state.messages.push({ ...state.messages[0], status: 20 }), 2);
    assert.deepEqual(
      state.messages.splice(1).map(({ status }) => status),
      [20],
    );
    assert.deepEqual([state.messages.length, state.senders.length], [1, 0]);
  });

  test("is accepted if its value is undefined", () => {
    const { state } = createEmulator({ mesages: undefined, messages: [{ statsu: undefined, status: undefined }] });
    assert.equal(state.messages[0].status, 1);
    assert.ok(!("statsu" in state.messages[0]));
  });
});

describe("an invalid value", () => {
  for (const [seed, message] of [
    [{ messages: -1 }, "Invalid `messages`: -1. Pass an integer from 0 to 1000000, or an array of messages."],
    [{ messages: ["x"] }, 'Invalid `messages[0]`: "x". Pass an object.'],
    [{ messages: [{ status: "1" }] }, 'Invalid `messages[0].status`: "1". Pass an integer from -99 to 999.'],
    [
      { messages: [{ sendTimestamp: 1_790_000_000_000 }] },
      "Invalid `messages[0].sendTimestamp`: 1790000000000. Pass an integer from 0 to 9999999999, in Unix seconds.",
    ],
    [
      { messages: [{ phone: "+7 916 123-45-67" }] },
      'Invalid `messages[0].phone`: "+7 916 123-45-67". Pass the digits of a phone number, or an e-mail address.',
    ],
    [{ messages: [{ intId: 5 }] }, "Invalid `messages[0].intId`: 5. Pass up to 20 digits as a string."],
    [{ messages: [{ cost: "3,6" }] }, 'Invalid `messages[0].cost`: "3,6". Pass a decimal text such as "3.60".'],
    [{ messages: [{ crc: 2 ** 32 }] }, "Invalid `messages[0].crc`: 4294967296. Pass an integer from 0 to 4294967295."],
    [{ messages: [{ extra: [] }] }, "Invalid `messages[0].extra`: an array. Pass an object."],
    [{ senders: {} }, "Invalid `senders`: an object. Pass an array."],
    [{ senders: [{ name: "" }] }, 'Invalid `senders[0].name`: "". Pass a string that is not empty.'],
    [{ senders: [{ details: { ukraine: { legalName: "A" } } }] }, "Missing key `senders[0].details.ukraine.taxId`."],
    [{ tasks: [{ due: [{ at: 1 }] }] }, "Missing key `tasks[0].due[0].status`."],
    [{ tasks: [{ content: 5 }] }, "Invalid `tasks[0].content`: 5. Pass a string, a Uint8Array or a function."],
    [{ tasks: [{ created: new Date(0) }] }, "Invalid `tasks[0].created`: a Date. Pass Unix milliseconds or a text."],
    [{ limits: 1 }, "Invalid `limits`: 1. Pass true, false or `{ blockAfter, blockMs }`."],
    [{ limits: { blockAfter: 0 } }, "Invalid `limits.blockAfter`: 0. Pass an integer of at least 1, or Infinity."],
    [{ now: new Date("x") }, "Invalid `now`: an invalid Date. Pass Unix milliseconds or a Date."],
    [{ now: "2026-11-22" }, 'Invalid `now`: "2026-11-22". Pass Unix milliseconds or a Date.'],
    [{ language: "uk" }, 'Invalid `language`: "uk". Pass one of "en", "ru".'],
    [{ taskPage: 0 }, "Invalid `taskPage`: 0. Pass an integer from 1 to 1000000."],
    [{ latencyMs: Number.NaN }, "Invalid `latencyMs`: NaN. Pass milliseconds, 0 or more."],
    [{ drift: 1 }, "Invalid `drift`: 1. Pass true or false."],
    [null, "Invalid `seed`: null. Pass an object."],
  ]) {
    test(`is rejected: ${message}`, () => rejects(() => createEmulator(seed), message));
  }

  test("of a fault is rejected when it is made, and when it is added", () => {
    const emulator = createEmulator();
    for (const [fault, message] of [
      [{ carriedOut: true }, /^Unknown key `fault.carriedOut`. Known keys: `to`, /],
      [{ stauts: 503 }, "Unknown key `fault.stauts`. Did you mean `status`?"],
      [{ status: 99 }, "Invalid `fault.status`: 99. Pass an integer from 200 to 599."],
      [{ times: 0 }, "Invalid `fault.times`: 0. Pass an integer of at least 1, or Infinity."],
      [{ kind: "offlin" }, /^Invalid `fault.kind`: "offlin". Pass one of "offline", /],
      [{ until: 5 }, "Invalid `fault.until`: 5. Pass a promise."],
      [{ to: "history.lst" }, 'Invalid `fault.to`: "history.lst". Did you mean "history.list"?'],
    ]) {
      for (const add of ["push", "unshift"]) rejects(() => emulator.faults[add](fault), message);
      rejects(() => emulator.faults.splice(0, 0, fault), message);
    }
    rejects(() => faults.delay(-1), "Invalid `fault.delayMs`: -1. Pass milliseconds, 0 or more.");
    rejects(() => faults.httpStatus(1000), /^Invalid `fault.status`: 1000/);
    rejects(() => faults.hang({ tims: 2 }), "Unknown key `fault.tims`. Did you mean `times`?");
    assert.deepEqual(emulator.faults, []);
  });

  test("of advance and requestsTo is rejected", () => {
    const emulator = createEmulator();
    rejects(() => emulator.advance(-1), /^Invalid `ms`: -1\. Pass milliseconds/);
    rejects(() => emulator.advance("5"), /^Invalid `ms`: "5"\. Pass milliseconds/);
    rejects(() => emulator.requestsTo("tasks.lists"), 'Invalid `name`: "tasks.lists". Did you mean "tasks.list"?');
    rejects(() => emulator.requestsTo("nothing"), /Pass one of "history.list", .* or a script such as "get.php"\.$/);
  });
});

describe("`extra`", () => {
  test("has the fields of messages, sender names, files and tasks that the client does not know", async () => {
    const extra = { new_field: "значение", another: { a: [1, null] } };
    const { smsc } = await setup({
      messages: [{ extra }],
      senders: [{ name: "A", status: 1, extra, files: [{ name: "a.pdf", extra: { scanned: 1 } }] }],
      tasks: [{ name: "T", extra }],
    });
    assert.deepEqual((await smsc.history.list()).messages[0].extra, extra);
    const [sender] = await smsc.senders.list({ all: true, files: true });
    assert.deepEqual([sender.extra, sender.files[0].extra], [extra, { scanned: 1 }]);
    assert.deepEqual((await smsc.tasks.list())[0].extra, extra);
  });

  test("replaces the value of a documented field", async () => {
    const { smsc } = await setup({ messages: [{ err: 5, extra: { err: "нет", sms_cnt: "7" } }] });
    const [message] = (await smsc.history.list()).messages;
    assert.equal(message.smsCnt, 7);
    assert.deepEqual([message.err, message.extra], [undefined, { err: "нет" }]);
  });
});

test("a seed is not changed by the account", async () => {
  const seed = {
    senders: [
      { name: "A", status: 1, operators: { mtsStep: 0 }, files: [{ name: "a.pdf" }], due: [{ at: 0, status: 2 }] },
    ],
    tasks: [{ name: "T", due: [{ at: 0, status: 1 }] }],
  };
  const before = structuredClone(seed);
  const { smsc, emulator } = await setup(seed);
  await smsc.senders.update({ name: "A", comment: "x", registrations: { motivStep: true } });
  emulator.advance(24 * 3_600_000);
  await smsc.senders.list({ all: true });
  await smsc.tasks.list();
  assert.deepEqual(seed, before);
});

test("emulators of one seed share nothing, and a reset restores all of it", async () => {
  const seed = {
    messages: [{ extra: { a: [1] } }],
    senders: [
      {
        name: "A",
        status: 1,
        email: { comment: "c" },
        extra: { b: 1 },
        operators: { mtsStep: 0 },
        substitutes: { mtsStep: "X" },
        details: {
          ukraine: {
            legalName: "n",
            taxId: "1",
            site: "s",
            email: "e",
            address: "a",
            description: "d",
            subject: "s",
          },
        },
        files: [{ name: "a.pdf", extra: { z: 1 } }],
        due: [{ at: 0, status: 2 }],
      },
    ],
    tasks: [
      { status: 2, headers: { a: "1" }, extra: { c: 1 }, content: Buffer.from("a;b\n"), due: [{ at: 0, status: 2 }] },
      { status: 2, content: () => "a;b\n" },
    ],
  };
  const objectsIn = (value) =>
    typeof value === "object" && value !== null ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
  const [one, other] = [createEmulator(seed), createEmulator(seed)];
  one.state.addSender({ ...seed.senders[0], name: "B" });
  const given = new Set(objectsIn(seed));
  const lists = ({ state: { messages, senders, tasks } }) => [messages, senders, tasks];
  const others = new Set(objectsIn(lists(other)));
  const own = objectsIn(lists(one));
  assert.ok(own.length > 20);
  for (const object of own) assert.ok(!given.has(object) && !others.has(object), JSON.stringify(object));
  assert.equal(one.state.tasks[1].content, seed.tasks[1].content);

  one.state.messages[0].extra.a.push(2);
  one.state.senders[0].details.ukraine.legalName = "changed";
  one.state.tasks[0].content.fill(0);
  one.reset();
  assert.deepEqual(one.state.messages[0].extra, { a: [1] });
  assert.equal(one.state.senders[0].details.ukraine.legalName, "n");
  assert.equal(String.fromCharCode(...one.state.tasks[0].content), "a;b\n");
});

test("a new list is completed as a seed is", async () => {
  const { smsc, emulator } = await setup();
  emulator.state.messages = [{ message: "один" }];
  emulator.state.senders = [{ name: "A", status: 1, due: [] }];
  emulator.state.tasks = [];
  assert.deepEqual(
    (await smsc.history.list()).messages.map(({ message, phone }) => [message, phone]),
    [["один", "79991234567"]],
  );
  assert.deepEqual(await smsc.senders.list(), [{ name: "A", id: 70001 }]);
  assert.deepEqual(await smsc.tasks.list(), []);
});
