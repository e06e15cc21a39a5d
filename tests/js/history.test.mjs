/** The history of messages: pages, the fields of a message, periods, empty results. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NOW, rejectsWith, setup, stubClient } from "./support/account.mjs";

const at = (text) => Date.parse(`${text}+03:00`) / 1000;

const MESSAGE = {
  status: 1,
  lastDate: "22.11.2026 10:30:05",
  lastTimestamp: 1795332605,
  err: 0,
  sendDate: "22.11.2026 10:30:00",
  sendTimestamp: 1795332600,
  phone: "79161234567",
  cost: "3.60",
  senderId: "SHOP-24",
  statusName: "Доставлено",
  message: 'Заказ №5, "да"; <b> & ё\r\n🎉 \u2028',
  mccmnc: "25001",
  country: "Россия",
  operator: "МТС",
  region: "",
  type: 0,
  id: 17,
  intId: "9007199254740993",
  smsCnt: 2,
  format: 0,
  crc: 4294967295,
};

/** The same message as the service sends it. */
const { lastDate, lastTimestamp, sendDate, sendTimestamp, senderId, statusName, intId, smsCnt, ...SAME } = MESSAGE;
const WIRE = {
  ...SAME,
  last_date: lastDate,
  last_timestamp: lastTimestamp,
  send_date: sendDate,
  send_timestamp: sendTimestamp,
  sender_id: senderId,
  status_name: statusName,
  int_id: intId,
  sms_cnt: smsCnt,
};

const toJson = (...messages) => JSON.stringify(messages);

describe("a message", () => {
  test("has every documented field in camel case, and no others", async () => {
    const { smsc } = await setup({ messages: [MESSAGE] });
    assert.deepEqual(await smsc.history.list(), { messages: [MESSAGE] });
  });

  test("is the same for numbers and for numeric strings", async () => {
    const texts = Object.fromEntries(Object.entries(WIRE).map(([key, value]) => [key, String(value)]));
    const numbers = { ...WIRE, cost: 3.6, phone: 79161234567, mccmnc: 25001 };
    const { smsc } = await stubClient(toJson(texts, numbers));
    const { messages } = await smsc.history.list();
    assert.deepEqual(messages, [MESSAGE, { ...MESSAGE, cost: "3.6" }]);
  });

  test("keeps every digit of a large intId, a cost and an unsigned crc, quoted or not", async () => {
    const body =
      '[{"int_id": 9007199254740993, "cost": 0.30, "crc": 4294967295, "status": -3, "phone": 79990000000},{"int_id": "18446744073709551615", "cost": "10.1000", "crc": "4294967295", "status": "-1"}]';
    const { smsc } = await stubClient(body);
    const { messages } = await smsc.history.list({ limit: 2 });
    assert.deepEqual(messages, [
      { intId: "9007199254740993", cost: "0.30", crc: 4294967295, status: -3, phone: "79990000000" },
      { intId: "18446744073709551615", cost: "10.1000", crc: 4294967295, status: -1 },
    ]);
  });

  test("keeps unknown fields in `extra`, under the service's keys", async () => {
    const unknown = { comment: "", operator_orig: "Билайн", nested: { a: [1, "2", null] }, big: "x" };
    const { smsc } = await setup({ messages: [{ ...MESSAGE, flag: 8, extra: unknown }, MESSAGE] });
    const { messages } = await smsc.history.list();
    const [first, second] = messages[0].extra ? messages : [...messages].reverse();
    assert.deepEqual(first, { ...MESSAGE, flag: 8, extra: unknown });
    assert.ok(!("extra" in second) && !("flag" in second));
  });

  test("is the same when the types of its fields drift", async () => {
    const seed = { messages: 60 };
    const plain = await (await setup(seed)).smsc.history.list();
    const drifted = await (await setup({ ...seed, drift: true })).smsc.history.list();
    assert.equal(drifted.messages.length, plain.messages.length);
    drifted.messages.forEach(({ flag, extra, ...message }, index) => {
      const { err, ...expected } = plain.messages[index];
      assert.equal(typeof flag, "number");
      if ("err" in message) assert.equal(message.err, err);
      delete message.err;
      assert.deepEqual(message, expected);
      for (const key of Object.keys(extra ?? {})) assert.match(key, /^(comment|operator_orig)$/);
    });
    assert.ok(drifted.messages.some(({ extra }) => extra?.operator_orig !== undefined));
    assert.ok(drifted.messages.some((message) => !("err" in message)));
  });

  test("is plain data: structuredClone and JSON preserve it", async () => {
    const { smsc } = await setup({ messages: 30, drift: true });
    const page = await smsc.history.list({ limit: 20 });
    assert.deepEqual(structuredClone(page), page);
    assert.deepEqual(JSON.parse(JSON.stringify(page)), page);
    assert.equal(Object.getPrototypeOf(page.messages[0]), Object.prototype);
  });

  test("is decoded from windows-1251 even if the header says otherwise", async () => {
    const { smsc, emulator } = await setup({ messages: [{ ...MESSAGE, message: "Привет, ё №1" }] });
    emulator.faults.push({ kind: "wrong-charset" });
    assert.equal((await smsc.history.list()).messages[0].message, "Привет, ё №1");
  });
});

describe("a history page", () => {
  test("is requested with the documented parameters", async () => {
    const { smsc, emulator } = await setup();
    await smsc.history.list({
      start: "2026-11-01",
      end: "21.11.2026",
      phones: ["+7 (916) 123-45-67", "380671234567"],
      limit: 10,
      cursor: "9007199254740993",
    });
    const [{ method, script, parameters }] = emulator.requests;
    assert.deepEqual([method, script], ["POST", "get.php"]);
    assert.deepEqual(parameters, {
      apikey: "demo-key",
      get_messages: "1",
      start: "01.11.2026",
      end: "21.11.2026",
      phone: "79161234567,380671234567",
      cnt: "10",
      prev_id: "9007199254740993",
      fmt: "3",
      charset: "utf-8",
      ...("format" in parameters && { format: "0" }),
    });
  });

  test("holds at most 1000 messages; only a full page has a cursor", async () => {
    const { smsc } = await setup({
      messages: Array.from({ length: 1001 }, (_, id) => ({ id, sendTimestamp: 1_790_000_000 + id })),
    });
    const first = await smsc.history.list();
    assert.equal(first.messages.length, 1000);
    assert.equal(typeof first.nextCursor, "string");
    const last = await smsc.history.list({ cursor: first.nextCursor });
    assert.equal(last.messages.length, 1);
    assert.ok(!("nextCursor" in last));
    const few = await smsc.history.list({ limit: 3 });
    assert.deepEqual(few.messages, first.messages.slice(0, 3));
    const afterFew = await smsc.history.list({ cursor: few.nextCursor, limit: 2 });
    assert.deepEqual(afterFew.messages, first.messages.slice(3, 5));
    // Full by the requested limit, although no message follows.
    const exact = await smsc.history.list({ cursor: first.nextCursor, limit: 1 });
    assert.deepEqual(exact.messages, last.messages);
    assert.deepEqual(await smsc.history.list({ cursor: exact.nextCursor }), { messages: [] });
  });

  test("accepts a cursor as string, number or bigint, with all digits", async () => {
    const { smsc, emulator } = await setup();
    for (const cursor of ["9007199254740993", 4512000017000000, 9007199254740993n]) {
      await smsc.history.list({ cursor });
      assert.equal(emulator.requests.at(-1).parameters.prev_id, String(cursor));
    }
  });

  test("is empty on error 3, in any format", async () => {
    const { smsc, emulator } = await setup({ messages: [] });
    assert.deepEqual(await smsc.history.list(), { messages: [] });
    for (const body of [
      "ERROR = 3 (сообщение не найдено)",
      "0,-3",
      "<result><error>message not found</error><error_code>3</error_code></result>",
      '{"error": "message not found", "error_code": "3"}',
      "[]",
    ]) {
      emulator.faults.push({ body });
      assert.deepEqual(await smsc.history.list(), { messages: [] }, body);
    }
    assert.equal(emulator.requests.length, 6);
  });

  test("of e-mail messages: by channel or by addresses", async () => {
    const messages = [{ phone: "79161111111" }, { type: 8, phone: "A@b.example" }, { type: 8, phone: "c@d.example" }];
    const { smsc, emulator } = await setup({ messages });
    const phones = async (query) => (await smsc.history.list(query)).messages.map(({ phone }) => phone);
    assert.deepEqual(await phones({ channel: "email" }), ["c@d.example", "A@b.example"]);
    assert.equal(emulator.requests.at(-1).parameters.format, "8");
    assert.deepEqual(await phones({ emails: ["a@b.example", "x@y.example"] }), ["A@b.example"]);
    assert.deepEqual(
      [emulator.requests.at(-1).parameters.format, emulator.requests.at(-1).parameters.email],
      ["8", "a@b.example,x@y.example"],
    );
    assert.deepEqual(await phones({ channel: "email", emails: ["c@d.example"] }), ["c@d.example"]);
    assert.deepEqual(await phones({ channel: "sms" }), ["79161111111"]);
    assert.deepEqual(await phones(), ["79161111111"]);
  });

  test("of phone numbers in any notation", async () => {
    const { smsc } = await setup({
      messages: [{ phone: "79161111111" }, { phone: "380672222222" }, { phone: "79163333333" }],
    });
    const { messages } = await smsc.history.list({ phones: ["+7 (916) 111-11-11", "380-67-222-22-22"] });
    assert.deepEqual(
      messages.map(({ phone }) => phone),
      ["380672222222", "79161111111"],
    );
  });
});

describe("a period", () => {
  test("includes both its days, in the service's time zone", async () => {
    const times = ["2026-10-01T00:00:00", "2026-10-02T23:59:59", "2026-10-03T00:00:00", "2026-09-30T23:59:59"];
    const { smsc } = await setup({ messages: times.map((time) => ({ message: time, sendTimestamp: at(time) })) });
    const textsOf = async (query) => (await smsc.history.list(query)).messages.map(({ message }) => message);
    assert.deepEqual(await textsOf({ start: "2026-10-01", end: "02.10.2026" }), [times[1], times[0]]);
    assert.deepEqual(await textsOf({ start: "01.10.2026", end: "2026-10-01" }), [times[0]]);
    assert.deepEqual(await textsOf({ end: "2026-09-30" }), [times[3]]);
    assert.deepEqual(await textsOf({ start: "2026-10-03" }), [times[2]]);
  });

  test("accepts a Date as its day in UTC+3", async () => {
    const { smsc, emulator } = await setup();
    const sent = async (start) => {
      await smsc.history.list({ start, end: start });
      const { parameters } = emulator.requests.at(-1);
      assert.equal(parameters.end, parameters.start);
      return parameters.start;
    };
    assert.equal(await sent(new Date("2026-11-20T20:59:59.999Z")), "20.11.2026");
    assert.equal(await sent(new Date("2026-11-20T21:00:00.000Z")), "21.11.2026");
    assert.equal(await sent(new Date("2026-12-31T23:30:00Z")), "01.01.2027");
    assert.equal(await sent(new Date("2028-02-28T21:00:00Z")), "29.02.2028");
    assert.equal(await sent(new Date(NOW)), "22.11.2026");
    assert.equal(await sent("2028-02-29"), "29.02.2028");
  });
});

test("an error of the service rejects", async () => {
  const { smsc, emulator } = await setup({}, { apiKey: "wrong" });
  const error = await rejectsWith(smsc.history.list(), "unauthorized");
  assert.deepEqual([error.endpoint, error.apiCode, error.apiMessage], ["history", 2, "authorise error"]);
  emulator.state.blockedUntil = NOW + 60_000;
  assert.equal((await rejectsWith(smsc.history.list(), "ip_blocked")).apiCode, 4);
});
