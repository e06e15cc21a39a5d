// The emulator follows the service's specification: bytes in every format, life cycles on an advanced clock, limits, faults, real
// HTTP.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { createEmulator, makeMessages, SENDER_TIMES, TASK_TIMES } from "smsc-wasm/testing";

const NOW = Date.UTC(2026, 10, 22, 9, 0, 0);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const HOST = "https://smsc.ru";

const start = (seed = {}) => createEmulator({ now: NOW, limits: false, ...seed });

/** Sends a form and returns the response. */
const post = (emulator, script, parameters) =>
  emulator.fetch(`${HOST}/sys/${script}`, {
    method: "POST",
    body: new URLSearchParams({ apikey: "demo-key", charset: "utf-8", ...parameters }),
  });

const text = async (emulator, script, parameters) => (await post(emulator, script, parameters)).text();
const json = async (emulator, script, parameters) =>
  JSON.parse(await text(emulator, script, { fmt: 3, ...parameters }));
const bytes = async (response) => Buffer.from(await response.arrayBuffer());

const history = (emulator, parameters) => json(emulator, "get.php", { get_messages: 1, ...parameters });
const senders = (emulator, parameters) => json(emulator, "senders.php", parameters);
const names = (emulator, parameters) => senders(emulator, { get: 1, all: 1, ...parameters });
const tasks = (emulator, parameters) => json(emulator, "downloads.php", { get_list: 1, ...parameters });

const windows1251 = (response) => bytes(response).then((data) => new TextDecoder("windows-1251").decode(data));

const MESSAGE = {
  status: 1,
  lastTimestamp: 1795332605,
  err: 0,
  sendTimestamp: 1795332600,
  phone: "79161234567",
  cost: "3.6",
  senderId: "SHOP-24",
  statusName: "Доставлено",
  message: 'Заказ №5, "да"; <b> & ё',
  mccmnc: "25001",
  country: "Россия",
  operator: "МТС",
  region: "",
  type: 0,
  id: 17,
  intId: "9007199254740993",
  smsCnt: 1,
  format: 0,
  crc: 4294967295,
};

describe("formats", () => {
  const script = "get.php";

  test("a message in the four formats, byte for byte", async () => {
    const emulator = start({ messages: [MESSAGE] });
    const get = (fmt) => text(emulator, script, { get_messages: 1, fmt });
    assert.equal(
      await get(0),
      "Status = 1, check_time = 22.11.2026 10:30:05, err = 0, send_date = 22.11.2026 10:30:00, phone = 79161234567, " +
        "mccmnc = 25001, country = Россия, operator = МТС, region = , cost = 3.6, sender_id = SHOP-24, " +
        'status_name = Доставлено, message = Заказ №5, "да"; <b> & ё, type = 0, ID = 17, int_id = 9007199254740993, ' +
        "sms_cnt = 1, format = 0, crc = 4294967295",
    );
    assert.equal(
      await get(1),
      "1,1795332605,0,1795332600,79161234567,25001,Россия,МТС,,3.6,SHOP-24,Доставлено, " +
        'Заказ №5, "да"; <b> & ё,0,17,9007199254740993,1,0,4294967295',
    );
    assert.equal(
      await get(2),
      [
        "<list>",
        "<sms>",
        "<status>1</status>",
        "<last_date>22.11.2026 10:30:05</last_date>",
        "<last_timestamp>1795332605</last_timestamp>",
        "<err>0</err>",
        "<send_date>22.11.2026 10:30:00</send_date>",
        "<send_timestamp>1795332600</send_timestamp>",
        "<phone>79161234567</phone>",
        "<cost>3.6</cost>",
        "<sender_id>SHOP-24</sender_id>",
        "<status_name>Доставлено</status_name>",
        "<message>Заказ №5, &quot;да&quot;; &lt;b&gt; &amp; ё</message>",
        "<mccmnc>25001</mccmnc>",
        "<country>Россия</country>",
        "<operator>МТС</operator>",
        "<region></region>",
        "<type>0</type>",
        "<id>17</id>",
        "<int_id>9007199254740993</int_id>",
        "<sms_cnt>1</sms_cnt>",
        "<format>0</format>",
        "<crc>4294967295</crc>",
        "</sms>",
        "</list>",
      ].join("\n"),
    );
    const body = await get(3);
    assert.ok(
      body.startsWith('[{\n"status": 1,\n"last_date": "22.11.2026 10:30:05",\n"last_timestamp": 1795332605,\n'),
    );
    assert.ok(body.endsWith('"int_id": "9007199254740993",\n"sms_cnt": 1,\n"format": 0,\n"crc": 4294967295\n}]'));
    const { lastTimestamp, sendTimestamp, senderId, statusName, intId, smsCnt, ...same } = MESSAGE;
    assert.deepEqual(JSON.parse(body)[0], {
      ...same,
      last_date: "22.11.2026 10:30:05",
      last_timestamp: lastTimestamp,
      send_date: "22.11.2026 10:30:00",
      send_timestamp: sendTimestamp,
      sender_id: senderId,
      status_name: statusName,
      int_id: intId,
      sms_cnt: smsCnt,
    });
  });

  test("errors in the four formats, byte for byte", async () => {
    const emulator = start();
    const wrong = (fmt) => text(emulator, script, { get_messages: 1, fmt, apikey: "no" });
    assert.equal(await wrong(0), "ERROR = 2 (authorise error)");
    assert.equal(await wrong(1), "0,-2");
    assert.equal(await wrong(2), "<result>\n<error>authorise error</error>\n<error_code>2</error_code>\n</result>");
    assert.equal(await wrong(3), '{\n"error": "authorise error",\n"error_code": 2\n}');
    assert.equal(await text(emulator, script, { fmt: 9 }), "ERROR = 1 (parameters error)");
    assert.equal(emulator.requests.at(-1).code, 1);
  });

  test("windows-1251 unless utf-8 is requested, in both directions", async () => {
    const emulator = start({ messages: [MESSAGE, { message: "Ґанок є? Қазақ 🎉" }] });
    const url = `${HOST}/sys/get.php?apikey=demo-key&get_messages=1&fmt=3`;
    const response = await emulator.fetch(url);
    assert.equal(response.headers.get("content-type"), "application/json; charset=windows-1251");
    const shown = JSON.parse(await windows1251(response)).map(({ message }) => message);
    // Newest first. Each character that windows-1251 lacks becomes a question mark.
    assert.deepEqual(shown, ["Ґанок є? ?аза? ?", MESSAGE.message]);
    const utf8 = await emulator.fetch(`${url}&charset=utf-8`);
    assert.equal(utf8.headers.get("content-type"), "application/json; charset=utf-8");
    assert.equal((await utf8.json())[0].message, "Ґанок є? Қазақ 🎉");

    await emulator.fetch(`${HOST}/sys/senders.php?apikey=demo-key&add=1&sender=A1&cmt=%CF%F0%E8%E2%E5%F2%21`);
    assert.equal(emulator.requests.at(-1).parameters.cmt, "Привет!");
    await post(emulator, "senders.php", { add: 1, sender: "A2", cmt: "Қазақ + 100% & «ё»" });
    assert.equal(emulator.state.senders.at(-1).comment, "Қазақ + 100% & «ё»");
  });

  test("options for undocumented behavior: error language, plain errors, line breaks", async () => {
    const russian = start({ language: "ru", plainErrors: true });
    assert.equal(await text(russian, script, { fmt: 3 }), "ERROR = 1 (ошибка в параметрах)");
    const spaced = start({
      messages: [{ ...MESSAGE, message: "a\r\nb\nc" }],
      messageSpace: false,
      lineBreaks: "space",
    });
    assert.match(await text(spaced, script, { get_messages: 1, fmt: 1 }), /Доставлено,a b c,0,17/);
    assert.equal((await history(spaced))[0].message, "a\r\nb\nc");
  });

  test("`drift` varies the types of fields", async () => {
    const emulator = start({ drift: true });
    const rows = await history(emulator, { cnt: 20 });
    assert.ok(rows.some((row) => row.err === undefined) && rows.some((row) => row.err !== undefined));
    assert.ok(rows.some((row) => row.status === String(Number(row.status))));
    assert.ok(rows.some((row) => typeof row.status === "number" && typeof row.flag === "number"));
    assert.ok(rows.some((row) => "comment" in row) && rows.some((row) => "operator_orig" in row));
    assert.equal((await names(emulator))[0].id, "69404");
    assert.deepEqual(await json(emulator, script, {}), { error: "parameters error", error_code: "1" });
  });

  test("the balance in the four formats", async () => {
    const emulator = start();
    emulator.state.balance = "12.5";
    const get = (parameters) => text(emulator, "balance.php", parameters);
    assert.equal(await get({}), "12.5");
    assert.equal(await get({ fmt: 1, cur: 1 }), "12.5,RUR");
    assert.equal(await get({ fmt: 2 }), "<balance>12.5</balance>");
    assert.equal(await get({ cur: 0 }), "12.5");
    assert.match(await get({ cur: 2 }), /^ERROR = 1 /);
    assert.equal(await get({ fmt: 3 }), '{\n"balance": "12.5"\n}');
  });
});

describe("requests", () => {
  test("credentials: a key, a password, its MD5", async () => {
    const emulator = start({ login: "Алма", password: "пароль длиной больше шестидесяти четырёх байтов, да" });
    const hex = createHash("md5").update(emulator.state.password).digest("hex");
    const request = (parameters) => text(emulator, "balance.php", { apikey: "", ...parameters });
    assert.equal(await request({ apikey: "demo-key" }), "1834.5");
    assert.equal(await request({ login: "Алма", psw: emulator.state.password }), "1834.5");
    assert.equal(await request({ login: "Алма", psw: hex }), "1834.5");
    assert.match(await request({ login: "Алма", psw: hex.toUpperCase() }), /^ERROR = 2/);
    assert.match(await request({ login: "demo", psw: hex }), /^ERROR = 2/);
    assert.match(await request({}), /^ERROR = 2/);
  });

  test("every way of sending parameters", async () => {
    const emulator = start();
    const url = `${HOST}/sys/balance.php?fmt=3&apikey=no`;
    const form = new FormData();
    form.append("apikey", "demo-key");
    const encoded = "apikey=demo-key&charset=utf-8";
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const inits = [
      { method: "POST", body: form },
      { method: "post", body: new URLSearchParams(encoded) },
      { method: "POST", body: encoded, headers },
      { method: "POST", body: new TextEncoder().encode(encoded), headers: new Headers(headers) },
      { method: "POST", body: new TextEncoder().encode(encoded).buffer, headers: Object.entries(headers) },
      { method: "POST", body: new Blob([encoded]), headers },
    ];
    for (const init of inits) {
      assert.deepEqual(await (await emulator.fetch(url, init)).json(), { balance: "1834.5" });
      assert.deepEqual(await (await emulator.fetch(new Request(url, init))).json(), { balance: "1834.5" });
      assert.deepEqual(await (await emulator.fetch(new URL(url), init)).json(), { balance: "1834.5" });
    }
    // As in PHP, a body with another content type is not parsed as a form.
    assert.equal((await (await emulator.fetch(url, { method: "POST", body: encoded })).json()).error_code, 2);
    await assert.rejects(emulator.fetch(url, { body: "x" }), TypeError);
    const seen = emulator.requests[0];
    assert.deepEqual(seen.parameters, { fmt: "3", apikey: "demo-key" });
    assert.deepEqual(
      [seen.script, seen.method, seen.time, seen.code, seen.httpStatus],
      ["balance.php", "POST", NOW, 0, 200],
    );
    assert.match(seen.headers["content-type"], /^multipart\/form-data; boundary=/);
    assert.equal(seen.outcome, "answered");
  });

  test("unknown scripts and OPTIONS are answered as by nginx", async () => {
    const emulator = start();
    const missing = await emulator.fetch(`${HOST}/sys/nothing.php`);
    assert.equal(missing.status, 404);
    assert.equal(missing.headers.get("content-type"), "text/html; charset=utf-8");
    const page = await missing.text();
    assert.match(page, /<center><h1>404 Not Found<\/h1><\/center>/);
    assert.match(page, /<p>The emulator has only the scripts get\.php, senders\.php, downloads\.php, balance\.php\. /);
    assert.match(page, /push a fault: \{ to: "nothing\.php", status: 200, body: "…" \}/);
    // A path of no script is not repeated: it could be HTML.
    const other = await emulator.fetch(`${HOST}/sys/%3Cb%3E.php`);
    assert.doesNotMatch(await other.text(), /<b>|push a fault/);
    const preflight = await emulator.fetch(`${HOST}/sys/get.php`, { method: "OPTIONS" });
    assert.deepEqual([preflight.status, preflight.headers.get("access-control-allow-origin")], [405, null]);
    assert.equal((await emulator.fetch("https://mirror.example/api/sys/balance.php")).status, 200);
  });

  test("CORS headers only if enabled", async () => {
    const emulator = start({ cors: true });
    const preflight = await emulator.fetch(`${HOST}/sys/get.php`, { method: "OPTIONS" });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-methods"), "GET, POST");
    assert.equal((await post(emulator, "balance.php", {})).headers.get("access-control-allow-origin"), "*");
    assert.equal((await post(start(), "balance.php", {})).headers.get("access-control-allow-origin"), null);
  });
});

describe("history", () => {
  const at = (day, message) => ({ message, sendTimestamp: Date.parse(`${day}+03:00`) / 1000 });

  test("prev_id pages through every message once, newest first", async () => {
    const emulator = start({ messages: 2500 });
    const expected = emulator.state.messages.filter(({ type }) => type !== 8).map(({ intId }) => intId);
    const seen = [];
    for (;;) {
      const page = await history(emulator, seen.length > 0 ? { prev_id: seen.at(-1), cnt: 1000 } : { cnt: 1000 });
      seen.push(...page.map(({ int_id }) => int_id));
      if (page.length < 1000) break;
    }
    assert.deepEqual(seen, expected);
    assert.equal(emulator.requests.length, 3);
    assert.equal((await history(emulator, { prev_id: seen.at(-1) })).error_code, 3);
    assert.equal((await history(emulator, { prev_id: "4512000017000001", cnt: 1 })).length, 1);
  });

  test("a period includes both its days, in UTC+3", async () => {
    const messages = [
      at("2026-10-01T00:00:00", "first"),
      at("2026-10-02T23:59:59", "last"),
      at("2026-10-03T00:00:00", "after"),
      at("2026-09-30T23:59:59", "before"),
    ];
    const emulator = start({ messages });
    const messagesFor = async (parameters) => (await history(emulator, parameters)).map(({ message }) => message);
    assert.deepEqual(await messagesFor({ start: "01.10.2026", end: "02.10.2026" }), ["last", "first"]);
    assert.deepEqual(await messagesFor({ start: "02.10.2026" }), ["after", "last"]);
    assert.deepEqual(await messagesFor({ end: "30.09.2026" }), ["before"]);
    assert.deepEqual(await history(emulator, { start: "20.11.2026" }), { error: "message not found", error_code: 3 });
  });

  test("a period over half a year and other invalid parameters are error 1", async () => {
    const emulator = start();
    const code = async (parameters) => (await history(emulator, parameters)).error_code;
    assert.equal(await code({ start: "01.03.2026", end: "01.09.2026" }), undefined);
    assert.equal(await code({ start: "01.03.2026", end: "02.09.2026" }), 1);
    assert.equal(await code({ start: "01.03.2026" }), 1);
    for (const invalid of [
      { start: "2026-10-01" },
      { start: "31.02.2026", end: "01.03.2026" },
      { start: "02.10.2026", end: "01.10.2026" },
      { end: "1.10.2026" },
      { cnt: 0 },
      { cnt: 1001 },
      { cnt: "ten" },
      { prev_id: "x" },
      { phone: "abc" },
      { phone: "1234" },
      { phone: "1234567890123456" },
      { phone: "79161111111," },
      { email: "nobody" },
      { email: "@b.example" },
      { email: "a@b.example,no body@b.example" },
      { format: 1 },
      { get_messages: 0 },
    ]) {
      assert.equal(await code(invalid), 1, JSON.stringify(invalid));
    }
  });

  test("filters by phone number, e-mail address and format", async () => {
    const emulator = start({
      messages: [
        { phone: "79161111111" },
        { phone: "79162222222" },
        { type: 8, phone: "A@b.example" },
        { phone: "79163333333" },
      ],
    });
    const phones = async (parameters) => (await history(emulator, parameters)).map(({ phone }) => phone);
    assert.deepEqual(await phones({ phone: "+7 (916) 111-11-11,79163333333" }), ["79163333333", "79161111111"]);
    assert.deepEqual(await phones({ format: 8 }), ["A@b.example"]);
    assert.deepEqual(await phones({ format: 8, email: "x@y.example,a@b.example" }), ["A@b.example"]);
    assert.equal((await history(emulator, { email: "a@b.example" })).error_code, 3);
    assert.equal((await history(emulator, { format: 8 }))[0].format, 8);
  });
});

describe("sender names", () => {
  const UKRAINE = { fio: "a", inn: "1", site: "s", email: "e", address: "d", desc: "x", subj: "y" };
  const BELARUS = { by_fio: "a", by_inn: "1", by_address: "d", by_ocup: "19", by_type: "3", by_mes: "m", by_site: "s" };
  const empty = () => start({ senders: [] });
  const find = (emulator, name) => emulator.state.senders.find((sender) => sender.name === name);

  test("lists in the four formats, byte for byte", async () => {
    const emulator = start({
      senders: [
        {
          id: 7,
          name: "Мой & Co",
          status: 2,
          operators: { mtsStep: 255, byInt: 3 },
          substitutes: { mtsStep: "SUB" },
        },
        {
          id: 9,
          name: "A B, C",
          status: 1,
          files: [{ name: "a.pdf", id: 4, status: 2, comment: "ок" }],
        },
      ],
    });
    const get = (parameters) => text(emulator, "senders.php", { get: 1, ...parameters });
    assert.equal(await get({ fmt: 0 }), "name = A B, C, id = 9");
    assert.equal(
      await get({ fmt: 0, all: 1 }),
      "name = A B, C, status = 1, id = 9\nname = Мой & Co, status = 2, id = 7",
    );
    assert.equal(await get({ fmt: 1 }), "A B, C,9");
    assert.equal(await get({ fmt: 1, all: 1 }), "A B, C,1,9\nМой & Co,2,7");
    assert.equal(await get({ fmt: 2 }), '<list>\n<sender id="9">A B, C</sender>\n</list>');
    assert.match(await get({ fmt: 2, all: 1 }), /<sender status="2" id="7">Мой &amp; Co<\/sender>/);
    assert.equal(await get({ fmt: 3 }), '[{\n"sender": "A B, C",\n"id": 9\n}]');
    assert.match(await get({ fmt: 3, all: 1 }), /\{\n"sender": "Мой & Co",\n"status": 2,\n"id": 7\n\}\]$/);
    const quoted = (await senders(emulator, { get: 1, all: 1, operators: 1, files: 1 }))[1];
    assert.deepEqual(
      [quoted.id, quoted.status, quoted.mts_step, quoted.by_int, quoted.ua_reg],
      ["7", "2", "255", "3", "0"],
    );
    assert.deepEqual([quoted.mts_step_subst, quoted.files], ["SUB", []]);
    assert.equal(Object.keys(quoted).filter((key) => /_(step|int|reg)$|^(tele2|motiv)$/.test(key)).length, 19);
    assert.match(
      await get({ fmt: 0, all: 1, operators: 1 }),
      /^name = Мой.*mega_step = 0, bee_step = 0.*mts_step_subst = SUB, id = 7$/m,
    );
    assert.match(await get({ fmt: 2, all: 1, operators: 1 }), / mts_step="255" .* mts_step_subst="SUB" id="7">Мой/);
    assert.equal(
      await get({ fmt: 3, files: 1 }),
      '[{\n"sender": "A B, C",\n"id": 9,\n"files": [{\n"file": "a.pdf",\n"fid": 4,\n"fstatus": 2,\n"fcomment": "ок"\n}]\n}]',
    );
    assert.match(await get({ fmt: 2, files: 1 }), /A B, C<files>\n<file>a\.pdf<\/file>\n<fid>4<\/fid>/);
  });

  test("filters and pagination", async () => {
    const emulator = start();
    const ids = async (parameters) => (await names(emulator, parameters)).map(({ id }) => id);
    const all = await ids({});
    assert.deepEqual(
      all,
      [...all].sort((a, b) => b - a),
    );
    assert.deepEqual(await ids({ cnt: 3, prev_id: all[2] }), all.slice(3, 6));
    assert.ok((await names(emulator, { all: 0 })).length < all.length);
    assert.deepEqual(
      (await names(emulator, { from_date: "20.11.2026" })).map(({ sender }) => sender),
      ["NOVINKA", "ALMA-MARKET", "Alma Market"],
    );
    assert.deepEqual(
      (await names(emulator, { user: "demo-shop" })).map(({ sender }) => sender),
      ["PARTNER-2", "PARTNER"],
    );
    const code = async (parameters) => (await senders(emulator, { get: 1, ...parameters })).error_code;
    assert.equal(await code({ user: "nobody" }), 1);
    assert.equal(await code({ cnt: 15001 }), 1);
    assert.equal(await code({ from_date: "2026" }), 1);
    assert.equal(await code({ prev_id: 1 }), 3);
    assert.equal((await senders(emulator, {})).error_code, 1);
  });

  test("responses to additions and changes, in the four formats", async () => {
    const emulator = start({ senders: [{ id: 10 }] });
    const request = (parameters) => text(emulator, "senders.php", parameters);
    assert.equal(await request({ add: 1, sender: "A", fmt: 0 }), "ID = 70001");
    assert.equal(await request({ add: 1, sender: "B", fmt: 1 }), "70002");
    assert.equal(await request({ add: 1, sender: "C", fmt: 2 }), "<sender>\n<id>70003</id>\n</sender>");
    assert.equal(await request({ add: 1, sender: "D", fmt: 3 }), '{\n"sender": 70004\n}');
    assert.equal(await request({ chg: 1, sender: "A", cmt: "x", fmt: 0 }), "OK");
    assert.equal(await request({ del: 1, id: 70001, fmt: 1 }), "OK");
    assert.equal(await request({ del: 1, sender: "B", fmt: 2 }), "<result>OK</result>");
    assert.equal(await request({ del: 1, sender: "C", fmt: 3 }), '{\n"result": "OK"\n}');
    assert.deepEqual(
      emulator.state.senders.map(({ id }) => id),
      [10, 70004],
    );
  });

  test("moderation and registration advance with the clock", async () => {
    const emulator = empty();
    await senders(emulator, { add: 1, sender: "ALMA", cmt: "привет", mts_step: 1, ua_reg: 1, ...UKRAINE });
    const shown = async () => {
      const [name] = await names(emulator, { operators: 1 });
      return [name.status, name.mts_step, name.ua_reg, name.bee_step].join(" ");
    };
    assert.equal(await shown(), "0 0 0 0");
    emulator.advance(SENDER_TIMES.moderation - 1);
    assert.equal(await shown(), "0 0 0 0");
    emulator.advance(1);
    assert.equal(await shown(), "1 0 0 0");
    emulator.advance(SENDER_TIMES.sentToOperator);
    assert.equal(await shown(), "1 1 1 0");
    await senders(emulator, { chg: 1, sender: "ALMA", bee_step: 1 });
    emulator.advance(SENDER_TIMES.approvedByOperator);
    assert.equal(await shown(), "1 2 2 1");
    emulator.advance(24 * HOUR);
    assert.equal(await shown(), "1 2 2 2");
    const name = find(emulator, "ALMA");
    assert.equal(name.details.ukraine.legalName, "a");
    assert.equal(
      name.changed,
      NOW + SENDER_TIMES.moderation + 2 * SENDER_TIMES.sentToOperator + SENDER_TIMES.approvedByOperator,
    );
    assert.deepEqual(name.due, []);
  });

  test("each registration requires its details", async () => {
    const emulator = empty();
    const code = async (parameters) => (await senders(emulator, { add: 1, sender: "N", ...parameters })).error_code;
    for (const [key, details] of [
      ["ua_reg", UKRAINE],
      ["ua_int", UKRAINE],
      ["by_reg", BELARUS],
      ["by_int", BELARUS],
    ]) {
      for (const missing of Object.keys(details)) {
        assert.equal(await code({ [key]: 1, ...details, [missing]: "" }), 1, `${key} without ${missing}`);
      }
      assert.equal((await senders(emulator, { add: 1, sender: key, [key]: 1, ...details })).error_code, undefined);
    }
    assert.equal(await code({ by_reg: 1, ...BELARUS, by_ocup: 20 }), 1);
    assert.equal(await code({ by_reg: 1, ...BELARUS, by_type: 0 }), 1);
    assert.equal(await code({ mts_step: 2 }), 1);
    assert.equal(await code({ sender: "" }), 1);
    assert.equal(await code({ sender: "no mail", mail: 1 }), 1);
    assert.equal(await code({ sender: "LONGER-THAN-11" }), 5);
    assert.equal(await code({ sender: "ua_reg" }), 5);
    await senders(emulator, { add: 1, sender: "shop@alma.example", mail: 1, name: "Алма" });
    assert.equal(find(emulator, "shop@alma.example").email.comment, "Алма");
    assert.equal((await senders(emulator, { chg: 1, sender: "nobody" })).error_code, 3);
    assert.equal((await senders(emulator, { del: 1, id: 1 })).error_code, 3);
    assert.equal((await senders(emulator, { del: 1 })).error_code, 1);
    assert.equal((await senders(start(), { del: 1, sender: "INFO" })).error_code, 5);
  });

  test("documents: any field name, checked type and size, separate moderation", async () => {
    const emulator = start({ senders: [{ id: 1, name: "A", status: 1, operators: { mtsStep: 8 } }] });
    const send = async (data, fileName, field = "file") => {
      const form = new FormData();
      for (const [name, value] of Object.entries({
        apikey: "demo-key",
        charset: "utf-8",
        fmt: "3",
        chg: "1",
        id: "1",
        doc_info: "знак",
      })) {
        form.append(name, value);
      }
      form.append(field, new Blob([data], { type: "application/pdf" }), fileName);
      const response = await emulator.fetch(`${HOST}/sys/senders.php`, { method: "POST", body: form });
      return (await response.json()).error_code;
    };
    assert.equal(await send("%PDF-1.7\r\n\r\n--x\r\n", 'товарный "знак".pdf', "любое"), undefined);
    assert.equal(await send("%PDF-1.7", "a.doc"), 1);
    assert.equal(await send("%PDF-1.7", "a.png"), 1);
    assert.equal(await send("", "a.pdf"), 1);
    assert.equal(await send(`%PDF${"x".repeat(3 * 1024 * 1024 - 4)}`, "a.PDF"), undefined);
    assert.equal(await send(`%PDF${"x".repeat(3 * 1024 * 1024 - 3)}`, "a.pdf"), 1);
    assert.equal(await send(new Uint8Array([0xff, 0xd8, 0xff, 0xe0]), "a.jpeg"), undefined);
    const [file] = emulator.requests[0].files;
    assert.deepEqual([file.field, file.fileName, file.type], ["любое", 'товарный "знак".pdf', "application/pdf"]);
    assert.equal(Buffer.from(file.bytes).toString(), "%PDF-1.7\r\n\r\n--x\r\n");

    const [kept] = (await names(emulator, { files: 1 }))[0].files;
    assert.deepEqual(kept, { file: 'товарный "знак".pdf', fid: 5001, fstatus: 0, fcomment: "" });
    emulator.advance(SENDER_TIMES.document);
    const [name] = await names(emulator, { files: 1, operators: 1 });
    // The operator that required a document has received the name again.
    assert.deepEqual([name.files.map(({ fstatus }) => fstatus), name.mts_step], [[2, 2, 2], "1"]);
    assert.equal(find(emulator, "A").files[0].info, "знак");
  });

  test("confirmation codes for numeric names", async () => {
    const emulator = start({
      senders: [{ name: "79261112233" }, { name: "79990000008" }, { name: "SITE", status: 1 }],
    });
    const code = async (parameters) => (await senders(emulator, { sender: "79261112233", ...parameters })).error_code;
    assert.equal(await code({ check_code: 1, code: "1" }), 11);
    assert.equal(await code({ send_code: 1, sender: "12345" }), 7);
    assert.equal(await code({ send_code: 1, sender: "SITE" }), 7);
    assert.equal(await code({ send_code: 1, sender: "79260000000" }), 3);
    assert.equal(await code({ send_code: 1, sender: "79990000008" }), 8);
    assert.equal(await code({ send_code: 1, site: "OTHER" }), 3);
    assert.equal(await code({ send_code: 1, sender: "" }), 1);
    assert.equal(await code({ send_code: 1, site: "SITE", site_name: "alma.example" }), undefined);
    const [sent] = emulator.state.codes;
    assert.match(sent.code, /^\d{6}$/);
    assert.equal(sent.text, `Код подтверждения: ${sent.code} (alma.example)`);
    assert.equal(await code({ check_code: 1, code: "000000" }), 11);
    assert.equal(await code({ check_code: 1 }), 1);
    emulator.advance(8 * HOUR - 1);
    assert.equal(await code({ send_code: 1 }), 10);
    assert.equal(find(emulator, "79261112233").status, 0);
    assert.equal(await code({ check_code: 1, code: sent.code }), undefined);
    assert.equal(find(emulator, "79261112233").status, 1);
    assert.equal(await code({ check_code: 1, code: sent.code }), 11);
    emulator.advance(1);
    assert.equal(await code({ send_code: 1 }), undefined);
  });
});

describe("tasks", () => {
  test("lists in the four formats, byte for byte", async () => {
    const emulator = start({
      tasks: [
        { id: 5, name: "Март, <весна>", status: 2, created: NOW, time: NOW + 1000, file: "m.csv" },
        { id: 6, name: "x", created: "сейчас", due: [] },
      ],
    });
    const get = (parameters) => text(emulator, "downloads.php", { get_list: 1, ...parameters });
    assert.equal(
      await get({ fmt: 0 }),
      "id = 5, name = Март, <весна>, status = 2, created = 22.11.2026 12:00:00, time = 22.11.2026 12:00:01, file = m.csv\n" +
        "id = 6, name = x, status = 0, created = сейчас, time = , file = ",
    );
    assert.equal(
      await get({ fmt: 1 }),
      "5,Март, <весна>,2,22.11.2026 12:00:00,22.11.2026 12:00:01,m.csv\n6,x,0,сейчас,,",
    );
    assert.equal(
      await get({ fmt: 2, after_id: 5 }),
      "<list>\n<task>\n<id>6</id>\n<name>x</name>\n<status>0</status>\n<created>сейчас</created>\n<time></time>\n<file></file>\n</task>\n</list>",
    );
    assert.equal(
      await get({ fmt: 3, cnt: 1 }),
      '[{ "id": 5,\n"name": "Март, <весна>",\n"status": "2",\n"created": "22.11.2026 12:00:00",\n"time": "22.11.2026 12:00:01",\n"file": "m.csv"\n}]',
    );
    assert.match(await get({ after_id: 6 }), /^ERROR = 5/);
    assert.match(await get({ cnt: "x" }), /^ERROR = 1/);
    assert.match(await text(emulator, "downloads.php", {}), /^ERROR = 1/);
  });

  test("the order and the page size are options", async () => {
    const list = Array.from({ length: 5 }, () => ({ status: 3 }));
    const ids = async (seed, parameters) =>
      (await tasks(start({ tasks: list, ...seed }), parameters)).map(({ id }) => id);
    assert.deepEqual(await ids({}), [301, 302, 303, 304, 305]);
    assert.deepEqual(await ids({ taskPage: 2 }), [301, 302]);
    assert.deepEqual(await ids({ taskPage: 2, taskOrder: "descending" }), [305, 304]);
    assert.deepEqual(await ids({ taskOrder: "descending" }, { cnt: 2, after_id: 301 }), [305, 304]);
    assert.deepEqual(await ids({ taskPage: 1 }, { cnt: 4, after_id: 303 }), [304, 305]);
  });

  test("a task is queued, runs and completes; only then it has a file", async () => {
    const emulator = start({ tasks: [{ name: "Отчёт", content: "a;b\r\n" }] });
    const state = async () => {
      const [{ status, time, file }] = await tasks(emulator);
      return { status, time, file };
    };
    assert.deepEqual(await state(), { status: "0", time: "", file: "" });
    assert.equal((await json(emulator, "downloads.php", { get_file: 1, id: 301 })).error_code, 5);
    emulator.advance(TASK_TIMES.start);
    assert.deepEqual(await state(), { status: "1", time: "22.11.2026 12:01:00", file: "" });
    emulator.advance(TASK_TIMES.run);
    assert.deepEqual(await state(), { status: "2", time: "22.11.2026 12:01:00", file: "messages_301.csv" });
    // The name is that of the file, and not of the task.
    assert.equal((await json(emulator, "downloads.php", { get_file: 1, name: "Отчёт" })).error_code, 5);
    for (const query of [{ id: 301 }, { name: "messages_301.csv" }]) {
      const response = await post(emulator, "downloads.php", { get_file: 1, ...query });
      assert.equal(response.headers.get("content-disposition"), 'attachment; filename="messages_301.csv"');
      assert.equal(response.headers.get("content-length"), "5");
      assert.equal(await response.text(), "a;b\r\n");
    }
    assert.equal((await json(emulator, "downloads.php", { get_file: 1, id: 9 })).error_code, 5);
    assert.equal((await json(emulator, "downloads.php", { get_file: 1 })).error_code, 1);
    assert.equal((await json(emulator, "downloads.php", { get_file: 1, id: "x" })).error_code, 1);
  });

  test("a file is generated lazily, as its stream is read", async () => {
    const emulator = start({ tasks: [] });
    let chunks = 0;
    const endless = async function* () {
      for (;;) {
        chunks += 1;
        yield new Uint8Array(1000).fill(chunks);
      }
    };
    const task = emulator.state.addTask({ status: 2, content: endless });
    const response = await post(emulator, "downloads.php", { get_file: 1, id: task.id });
    assert.equal(chunks, 0);
    const reader = response.body.getReader();
    await reader.read();
    await reader.read();
    assert.equal(chunks, 2);
    assert.equal(emulator.requests[0].outcome, "in flight");
    await reader.cancel();
    assert.equal(emulator.requests[0].outcome, "aborted");

    const unread = await post(emulator, "downloads.php", { get_file: 1, id: task.id });
    await unread.body.cancel();
    assert.equal(emulator.requests[1].outcome, "aborted");
    assert.equal(emulator.requests[1].inFlight, 1);
  });
});

describe("the generated account", () => {
  test("covers all codes and is reproducible", async () => {
    const emulator = start();
    const { messages } = emulator.state;
    assert.equal(messages.length, 3000);
    assert.deepEqual(messages, start().state.messages);
    assert.notDeepEqual(messages, start({ random: 2 }).state.messages);
    const values = (key) => new Set(messages.map((message) => message[key]));
    assert.deepEqual(
      [...values("status")].sort((a, b) => a - b),
      [-3, -2, -1, 0, 1, 2, 3, 4, 20, 22, 23, 24, 25],
    );
    assert.deepEqual(
      [...values("type")].sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12],
    );
    assert.equal(values("err").size, 24);
    assert.deepEqual([...values("country")].sort(), ["", "Беларусь", "Казахстан", "Россия", "Украина"]);
    assert.equal(values("intId").size, 3000);
    assert.equal(messages.filter(({ intId }) => BigInt(intId) > 2n ** 53n).length, 40);
    for (const character of [",", ";", '"', "\n", "\r\n", "🎉", "ґ", "қ", "ё", "<"]) {
      assert.ok(
        messages.some(({ message }) => message.toLowerCase().includes(character)),
        character,
      );
    }
    assert.ok(messages.every(({ cost }) => /^\d+(\.\d{1,4})?$/.test(cost)));
    const oldest = NOW / 1000 - messages.at(-1).sendTimestamp;
    assert.ok(oldest > 265 * 86_400 && oldest < 275 * 86_400);
    assert.ok(messages.every(({ lastTimestamp }) => lastTimestamp * 1000 <= NOW));
    assert.equal(makeMessages(7).length, 7);
  });

  test("has sender names and tasks in every state", async () => {
    const emulator = start();
    const { senders, tasks: list } = emulator.state;
    assert.deepEqual([...new Set(senders.map(({ status }) => status))].sort(), [0, 1, 2]);
    const codes = new Set(senders.flatMap(({ operators }) => Object.values(operators)));
    assert.deepEqual(
      [...codes].sort((a, b) => a - b),
      [0, 1, 2, 3, 4, 5, 8, 9, 255],
    );
    const files = new Set(senders.flatMap((sender) => sender.files.map(({ status }) => status)));
    assert.deepEqual([...files].sort(), [0, 1, 2]);
    assert.deepEqual([...new Set(list.map(({ status }) => status))].sort(), [0, 1, 2, 3, 4]);
    emulator.advance(10 * MINUTE);
    assert.deepEqual(
      emulator.state.tasks.map(({ status }) => status),
      [2, 2, 2, 3, 4, 2, 2, 4],
    );
    assert.equal(emulator.state.senders.find(({ name }) => name === "NOVINKA").status, 1);
  });

  test("has files in windows-1251, UTF-8 and gzip", async () => {
    const emulator = start();
    const file = async (id) => bytes(await post(emulator, "downloads.php", { get_file: 1, id }));
    const large = new TextDecoder("windows-1251").decode(await file(301));
    assert.ok(large.startsWith("ID;Телефон;Сообщение;"));
    assert.equal(large.match(/^\d{16};/gm).length, 5000);
    const utf8 = new TextDecoder("utf-8", { fatal: true }).decode(await file(302));
    assert.match(utf8, /ұ/);
    assert.match(gunzipSync(await file(303)).toString("latin1"), /^ID;/);
  });
});

describe("limits", () => {
  const limited = (limits = true) => start({ limits });

  test("three identical requests per minute, regardless of credentials and fmt", async () => {
    const emulator = limited();
    const get = async (parameters) =>
      /ERROR = 9|-9|"error_code": 9/.test(await text(emulator, "downloads.php", parameters));
    assert.equal(await get({ get_list: 1, fmt: 0 }), false);
    emulator.advance(1000);
    assert.equal(await get({ get_list: 1, fmt: 1, apikey: "", login: "demo", psw: "demo" }), false);
    assert.equal(await get({ fmt: 3, get_list: 1 }), false);
    assert.equal(await get({ get_list: 1 }), true);
    assert.equal(emulator.requests.at(-1).code, 9);
    assert.equal(await get({ get_list: 1, cnt: 5 }), false);
    emulator.advance(58_999);
    assert.equal(await get({ get_list: 1 }), true);
    emulator.advance(1);
    assert.equal(await get({ get_list: 1 }), false);
    assert.equal(await get({ get_list: 1 }), true);
  });

  test("if the clock stands still, error 9 says how far to advance it", async () => {
    const request = (emulator) => json(emulator, "downloads.php", { get_list: 1, fmt: 3 });
    const emulator = limited();
    for (let count = 0; count < 3; count++) {
      await request(emulator);
      emulator.advance(1000);
    }
    const rejected = await request(emulator);
    const advice = "the emulator's clock stands still at `now`, call emulator.advance(57000) or pass limits: false";
    assert.deepEqual(rejected, { error: `too many requests: ${advice}`, error_code: 9 });
    emulator.advance(57_000);
    assert.equal((await request(emulator)).error_code, undefined);

    const running = createEmulator();
    for (let count = 0; count < 3; count++) await request(running);
    assert.deepEqual(await request(running), { error: "too many requests, wait a minute", error_code: 9 });
  });

  test("thirty history requests per hour, five new names per minute", async () => {
    const emulator = limited();
    for (let cnt = 1; cnt <= 30; cnt++) assert.equal((await history(emulator, { cnt })).error_code, undefined);
    assert.equal((await history(emulator, { cnt: 31 })).error_code, 9);
    emulator.advance(HOUR);
    assert.equal((await history(emulator, { cnt: 31 })).error_code, undefined);
    for (let n = 1; n <= 5; n++)
      assert.equal((await senders(emulator, { add: 1, sender: `N${n}` })).error_code, undefined);
    assert.equal((await senders(emulator, { add: 1, sender: "N6" })).error_code, 9);
    emulator.advance(MINUTE);
    assert.equal((await senders(emulator, { add: 1, sender: "N6" })).error_code, undefined);
    for (let n = 0; n < 3; n++) await names(emulator);
    assert.equal((await names(emulator)).error_code, 9);
    assert.equal((await names(start())).error_code, undefined);
  });

  test("a fifteenth concurrent request is rejected", async () => {
    const emulator = limited();
    let release;
    emulator.faults.push({ times: Number.POSITIVE_INFINITY, until: new Promise((resolve) => (release = resolve)) });
    const responses = Array.from({ length: 15 }, () => json(emulator, "balance.php", {}));
    release();
    const codes = (await Promise.all(responses)).map((response) => response.error_code);
    assert.equal(codes.filter((code) => code === 9).length, 1);
    assert.equal((await responses[14]).error, "too many concurrent requests");
    assert.deepEqual(emulator.requests.map(({ inFlight }) => inFlight).slice(-2), [14, 15]);
    assert.equal((await json(emulator, "balance.php", {})).balance, "1834.5");
    assert.equal(emulator.requests.at(-1).inFlight, 1);
  });

  test("blockAfter blocks an address after repeated rejections", async () => {
    const emulator = limited({ blockAfter: 2, blockMs: 5 * MINUTE });
    const code = async () => (await tasks(emulator)).error_code;
    assert.deepEqual([await code(), await code(), await code()], [undefined, undefined, undefined]);
    assert.deepEqual([await code(), await code(), await code()], [9, 9, 4]);
    emulator.advance(5 * MINUTE);
    assert.equal(await code(), undefined);
    emulator.state.blockedUntil = emulator.now() + 1;
    assert.equal(await code(), 4);
  });

  test("without `now` the clock is the real one", () => {
    const emulator = createEmulator();
    const before = Date.now();
    emulator.advance(HOUR);
    assert.ok(emulator.now() >= before + HOUR && emulator.now() < before + HOUR + 5000);
  });
});

describe("faults", () => {
  const balance = (emulator) => post(emulator, "balance.php", { fmt: 3 });
  const respondWith = async (fault, seed) => {
    const emulator = start(seed);
    emulator.faults.push(fault);
    const response = await balance(emulator);
    return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
  };

  test("HTTP statuses, HTML, empty and custom bodies", async () => {
    for (const status of [400, 401, 403, 404, 413, 429, 500, 502, 503, 504]) {
      const response = await respondWith({ status, headers: { "Retry-After": "1" } });
      assert.deepEqual([response.status, response.type], [status, "text/html; charset=utf-8"]);
      assert.match(response.text, new RegExp(`<title>${status} `));
    }
    assert.deepEqual(await respondWith({ kind: "empty" }), {
      status: 200,
      type: "application/json; charset=utf-8",
      text: "",
    });
    assert.equal((await respondWith({ kind: "ok" })).text, "OK");
    assert.match((await respondWith({ kind: "html" })).text, /^<!DOCTYPE html>/);
    assert.equal((await respondWith({ body: "{", headers: { "content-type": "text/plain" } })).text, "{");
    assert.equal((await respondWith({ body: (data) => data.subarray(0, 5) })).text, '{\n"ba');
    assert.equal(
      (await respondWith({ kind: "plain-error", code: 9, text: "busy (now), later" })).text,
      "ERROR = 9 (busy (now), later)",
    );
    assert.equal((await respondWith({ kind: "plain-error" })).text, "ERROR = 1 (parameters error)");
    assert.equal((await respondWith({ kind: "drift" }, { login: "x" })).text, '{\n"balance": "1834.5"\n}');
    assert.equal(JSON.parse((await respondWith({ code: 42 })).text).error_code, 42);
    assert.deepEqual(JSON.parse((await respondWith({ code: 4, status: 403 })).text).error_code, 4);
  });

  test("apply to the next matching requests, and are recorded with them", async () => {
    const emulator = start();
    emulator.faults.push({ when: ({ script }) => script === "get.php", times: 2, code: 9 }, { status: 503 });
    assert.equal((await balance(emulator)).status, 503);
    assert.equal((await balance(emulator)).status, 200);
    assert.equal((await history(emulator)).error_code, 9);
    assert.equal((await history(emulator)).error_code, 9);
    assert.equal((await history(emulator, { cnt: 1 })).length, 1);
    assert.deepEqual(emulator.faults, []);
    assert.deepEqual(
      emulator.requests.map(({ fault }) => fault?.code ?? fault?.status),
      [503, undefined, 9, 9, undefined],
    );
  });

  test("wrong-charset: the body is not in the header's charset", async () => {
    const emulator = start({ messages: [{ message: "Привет" }] });
    emulator.faults.push({ kind: "wrong-charset", times: 2 });
    const response = await post(emulator, "get.php", { get_messages: 1, fmt: 1 });
    assert.equal(response.headers.get("content-type"), "text/plain; charset=utf-8");
    assert.match(await windows1251(response), /Привет/);
    const other = await post(emulator, "get.php", { get_messages: 1, fmt: 1, charset: "" });
    assert.equal(other.headers.get("content-type"), "text/plain; charset=windows-1251");
    assert.match(await other.text(), /Привет/);
  });

  test("connection errors before and after processing", async () => {
    const emulator = start({ senders: [] });
    emulator.faults.push({ kind: "offline" }, { kind: "offline", processed: true }, { status: 502, processed: true });
    const add = (sender) => post(emulator, "senders.php", { add: 1, sender });
    await assert.rejects(add("A"), (error) => error instanceof TypeError && error.cause.code === "ECONNREFUSED");
    await assert.rejects(add("B"), (error) => error instanceof TypeError && error.cause.code === "ECONNRESET");
    assert.equal((await add("C")).status, 502);
    assert.deepEqual(
      emulator.state.senders.map(({ name }) => name),
      ["B", "C"],
    );
    assert.deepEqual(
      emulator.requests.map(({ outcome }) => outcome),
      ["failed", "failed", "answered"],
    );
  });

  test("truncated and slow bodies", async () => {
    const emulator = start();
    emulator.faults.push({ truncateAfter: 5 }, { truncateAfter: 0 }, { chunkBytes: 7, chunkDelayMs: 0 });
    const response = await balance(emulator);
    assert.equal(response.headers.get("content-length"), "23");
    const reader = response.body.getReader();
    assert.equal((await reader.read()).value.length, 5);
    await assert.rejects(reader.read(), TypeError);
    await assert.rejects((await balance(emulator)).text(), TypeError);
    const sizes = [];
    const slow = (await balance(emulator)).body.getReader();
    for (let chunk = await slow.read(); !chunk.done; chunk = await slow.read()) sizes.push(chunk.value.length);
    assert.deepEqual(sizes, [7, 7, 7, 2]);
    assert.deepEqual(
      emulator.requests.map(({ outcome }) => outcome),
      ["failed", "failed", "answered"],
    );
  });

  test("a delayed or missing response rejects on abort", async () => {
    const emulator = start();
    emulator.faults.push({ kind: "hang" }, { delayMs: 60_000 }, { chunkDelayMs: 60_000 }, { delayMs: 1 });
    const url = `${HOST}/sys/balance.php?apikey=demo-key`;
    const reason = new Error("enough");
    for (let n = 0; n < 2; n++) {
      const abort = new AbortController();
      const response = emulator.fetch(url, { signal: abort.signal });
      abort.abort(reason);
      await assert.rejects(response, reason);
    }
    const abort = new AbortController();
    const body = (await emulator.fetch(new Request(url, { signal: abort.signal }))).text();
    abort.abort(reason);
    await assert.rejects(body, reason);
    assert.equal(await (await emulator.fetch(url)).text(), "1834.5");
    assert.deepEqual(
      emulator.requests.map(({ outcome }) => outcome),
      ["aborted", "aborted", "aborted", "answered"],
    );
    assert.equal(emulator.requests.at(-1).inFlight, 1);
    await assert.rejects(emulator.fetch(url, { signal: AbortSignal.abort(reason) }), reason);
    assert.equal(emulator.requests.length, 4);
  });

  test("a download that is aborted at any moment is not in flight any more", async () => {
    const emulator = start({ tasks: [{ id: 1, status: 2, content: "a;b\n1;2\n" }] });
    const url = `${HOST}/sys/downloads.php?get_file=1&id=1&apikey=demo-key`;
    const reason = new Error("enough");
    for (let turns = 0; turns < 20; turns++) {
      const abort = new AbortController();
      const body = emulator.fetch(url, { signal: abort.signal }).then((response) => response.text());
      const outcome = body.catch((error) => error);
      for (let turn = 0; turn < turns; turn++) await undefined;
      abort.abort(reason);
      // Late, the whole file was read before the abort.
      assert.ok([reason, "a;b\n1;2\n"].includes(await outcome), `after ${turns} turns`);
      assert.notEqual(emulator.requests[turns].outcome, "in flight", `after ${turns} turns`);
    }
    assert.equal(await (await emulator.fetch(url)).text(), "a;b\n1;2\n");
    assert.equal(emulator.requests.at(-1).inFlight, 1);
  });

  test("a body that cannot be read is not in flight", async () => {
    const emulator = start();
    emulator.faults.push({ status: 204, chunkBytes: 1 }, { kind: "redirect", chunkBytes: 1 });
    await emulator.fetch(`${HOST}/sys/balance.php?apikey=demo-key`);
    await emulator.fetch(`${HOST}/sys/balance.php?apikey=demo-key`, { redirect: "error" }).catch(() => {});
    await emulator.fetch(`${HOST}/sys/balance.php?apikey=demo-key`);
    assert.equal(emulator.requests.at(-1).inFlight, 1);
  });

  test("fetch takes `null` for its options", async () => {
    const response = await start().fetch(`${HOST}/sys/balance.php?apikey=demo-key`, null);
    assert.equal(await response.text(), "1834.5");
  });

  test("redirects are followed as by fetch", async () => {
    const emulator = start();
    const location = "https://evil.example/sys/balance.php";
    const fault = { kind: "redirect", status: 307, location };
    const send = (init) =>
      emulator.fetch(`${HOST}/sys/balance.php`, {
        method: "POST",
        body: new URLSearchParams({ apikey: "demo-key" }),
        ...init,
      });
    emulator.faults.push(fault);
    const followed = await send();
    assert.deepEqual([followed.url, followed.redirected, await followed.text()], [location, true, "1834.5"]);
    assert.deepEqual(
      emulator.requests.map(({ url }) => url),
      [`${HOST}/sys/balance.php`, location],
    );
    emulator.faults.push({ ...fault, times: 2 });
    const manual = await send({ redirect: "manual" });
    assert.deepEqual([manual.status, manual.headers.get("location"), manual.redirected], [307, location, false]);
    await assert.rejects(send({ redirect: "error" }), TypeError);
    emulator.faults.push({ kind: "redirect" });
    assert.match(await (await send()).text(), /^ERROR = 2/);
    assert.equal(emulator.requests.at(-1).method, "GET");
  });
});

describe("listen", () => {
  /** Runs the body against a real HTTP server, and always closes the server. */
  const listening = async (seed, body) => {
    const emulator = start(seed);
    const server = await emulator.listen();
    try {
      await body(emulator, server.url);
    } finally {
      await server.close();
    }
  };

  test("serves the same responses as fetch", () =>
    listening({}, async (emulator, url) => {
      assert.match(url, /^http:\/\/127\.0\.0\.1:\d+$/);
      const query = { get_messages: 1, cnt: 3, fmt: 3 };
      const form = new FormData();
      for (const [name, value] of Object.entries({ apikey: "demo-key", charset: "utf-8", ...query }))
        form.append(name, value);
      const real = await fetch(`${url}/sys/get.php`, { method: "POST", body: form });
      const direct = await post(emulator, "get.php", query);
      assert.equal(await real.text(), await direct.text());
      assert.equal(real.headers.get("content-type"), direct.headers.get("content-type"));
      assert.equal((await fetch(`${url}/sys/none.php`)).status, 404);
      const file = await fetch(`${url}/sys/downloads.php?apikey=demo-key&get_file=1&id=301`);
      const same = await post(emulator, "downloads.php", { get_file: 1, id: 301 });
      assert.ok((await bytes(file)).equals(await bytes(same)));
    }));

  test("faults apply to real connections", () =>
    listening({}, async (emulator, url) => {
      const request = (init) => fetch(`${url}/sys/balance.php?apikey=demo-key&fmt=3`, init);
      emulator.faults.push(
        { kind: "offline" },
        { truncateAfter: 5 },
        { status: 503 },
        { chunkBytes: 4 },
        { kind: "hang" },
      );
      await assert.rejects(request(), TypeError);
      const truncated = (await request()).body.getReader();
      assert.equal((await truncated.read()).value.length, 5);
      await assert.rejects(truncated.read());
      assert.equal((await request()).status, 503);
      assert.equal((await (await request()).json()).balance, "1834.5");
      await assert.rejects(request({ signal: AbortSignal.timeout(5) }));
    }));

  test("close() ends all connections; listen() rejects without node:http", async () => {
    const emulator = start();
    emulator.faults.push({ kind: "hang" });
    const server = await emulator.listen();
    const hanging = fetch(`${server.url}/sys/balance.php`);
    hanging.catch(() => {});
    while (emulator.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await server.close();
    await assert.rejects(hanging);
    await assert.rejects(fetch(server.url));
    const { getBuiltinModule } = process;
    process.getBuiltinModule = undefined;
    try {
      await assert.rejects(emulator.listen(), /no node:http/);
    } finally {
      process.getBuiltinModule = getBuiltinModule;
    }
  });
});
