/**
 * Replies that nobody should send: each is a value or a typed error with a little of what was seen, in bounded time and memory,
 * and the same client works at once afterwards. (Redirects and endless bodies are in transport.test.mjs, broken files in
 * task-files.test.mjs.)
 */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, describe, test } from "node:test";
import { createClient, isSmscError } from "smsc-wasm";
import { collect, rejectsWith, stubClient } from "./support/account.mjs";

const unhandled = [];
process.on("unhandledRejection", (reason) => unhandled.push(reason));
after(() => assert.deepEqual(unhandled, []));

const message = '{"status":1,"phone":"79161234567","message":"Привет, «мир»","id":7,"int_id":"9007199254740993"}';
const READS = {
  "history.list": [(smsc) => smsc.history.list({ limit: 5 }), `[${message},\n${message}]`],
  "senders.list": [(smsc) => smsc.senders.list(), '[{"sender":"МАГАЗИН","id":"5","status":1}]'],
  "tasks.list": [
    (smsc) => smsc.tasks.list(),
    '[{"id":1,"name":"отчёт","status":"2","created":"","time":"","file":"a.csv"}]',
  ],
  call: [(smsc) => smsc.call("balance.php"), '{"balance": "12.5", "currency": "₽"}'],
};
const CHANGES = {
  "senders.add": [(smsc) => smsc.senders.add({ name: "A" }), '{"sender": 15}'],
  "senders.update": [(smsc) => smsc.senders.update({ id: 5, comment: "" }), '{"result": "OK"}'],
};
const ALL = { ...READS, ...CHANGES };

/** A client whose next reply is the one set, and all others are sound. */
async function setup(sound, options = {}) {
  const next = { reply: undefined };
  const { smsc } = await stubClient(
    () => {
      const reply = next.reply ?? sound;
      next.reply = undefined;
      return typeof reply === "function" ? reply() : new Response(reply);
    },
    { maxRetries: 0, ...options },
  );
  return { smsc, next };
}

/** The error is one of these; its text shows a little of what came, and no secret. */
function checkError(error, codes, what) {
  assert.ok(isSmscError(error), `${what}: ${error?.stack}`);
  assert.ok([codes].flat().includes(error.code), `${what}: ${error.stack}`);
  for (const text of [error.message, JSON.stringify(error), String(error.stack)]) {
    assert.doesNotMatch(text, /demo-key/, what);
  }
  assert.ok(error.message.length < 800, `${what}: a message of ${error.message.length} signs`);
}

/** Lets each of the calls meet a reply, and see that the next one is sound. */
async function meet(calls, reply, expect, options) {
  for (const [name, [call, sound]] of Object.entries(calls)) {
    const { smsc, next } = await setup(sound, options);
    const expected = await call(smsc);
    next.reply = reply;
    const outcome = await call(smsc).catch((error) => error);
    await expect(outcome, name);
    assert.deepEqual(await call(smsc), expected, `${name} afterwards`);
  }
}

const refusedAs = (codes) => (outcome, name) => checkError(outcome, codes, name);

describe("a reply that breaks off", () => {
  for (const [name, [call, sound]] of Object.entries(ALL)) {
    test(`at every byte: ${name}`, async () => {
      const bytes = new TextEncoder().encode(sound);
      const { smsc, next } = await setup(sound);
      const expected = await call(smsc);
      for (let length = 0; length < bytes.length; length++) {
        next.reply = bytes.slice(0, length);
        const error = await rejectsWith(call(smsc), "bad_reply");
        checkError(error, "bad_reply", `${name} at ${length}`);
        if (name in CHANGES) assert.match(error.message, /whether the change was made is not known/);
      }
      assert.deepEqual(await call(smsc), expected);
    });
  }
});

describe("a connection that is reset, or ends, at every byte of a reply", () => {
  const head = (more) => `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${more}\r\n`;
  const body = '[{"id":1,"name":"отчёт","status":"2"}]';
  const length = new TextEncoder().encode(body).length;
  const chunks = body.match(/.{1,9}/gs).map((part) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`);
  const REPLIES = {
    "of a known length": head(`content-length: ${length}\r\n`) + body,
    "in chunks": `${head("transfer-encoding: chunked\r\n")}${chunks.join("")}0\r\n\r\n`,
    "up to its end": head("connection: close\r\n") + body,
  };
  for (const [form, reply] of Object.entries(REPLIES)) {
    for (const [how, end] of Object.entries({
      reset: (socket) => socket.resetAndDestroy(),
      ended: (socket) => socket.end(),
    })) {
      test(`${form}, ${how}`, async (t) => {
        const bytes = Buffer.from(reply);
        let most = 0;
        const server = createServer((socket) => {
          socket.on("error", () => {});
          socket.once("data", () => {
            // The bytes have left before the connection goes.
            socket.write(bytes.subarray(0, most), () =>
              setImmediate(() => (most < bytes.length ? end(socket) : socket.end())),
            );
          });
        });
        await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
        t.after(() => server.close());
        const baseUrl = `http://127.0.0.1:${server.address().port}`;
        const smsc = await createClient({ apiKey: "demo-key", baseUrl, limits: "off", maxRetries: 0 });
        for (most = 0; most < bytes.length; most++) {
          const outcome = await smsc.tasks.list().catch((error) => error);
          // Without a length nothing but the JSON itself tells that it breaks off; with one, it may have come whole.
          if (isSmscError(outcome)) checkError(outcome, ["connection", "bad_reply"], `${form} at ${most}`);
          else assert.equal(outcome.length, 1);
          if (most < bytes.indexOf("\r\n\r\n")) assert.equal(outcome.code, "connection", `${form} at ${most}`);
        }
        assert.deepEqual(await smsc.tasks.list(), [{ id: 1, name: "отчёт", status: 2 }]);
      });
    }
  }
});

describe("a reply that comes a byte at a time", () => {
  /** Bytes that never end, so many milliseconds apart. */
  const trickle = (ms) => () =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, ms));
          controller.enqueue(new Uint8Array([0x20]));
        },
      }),
    );

  test("is ended by timeoutMs, which covers the body, and by totalTimeoutMs", async () => {
    await meet(ALL, trickle(10), refusedAs("timeout"), { timeoutMs: 60 });
    await meet(READS, trickle(10), refusedAs("timeout"), { totalTimeoutMs: 60 });
  });

  test("of a file is ended by totalTimeoutMs", async () => {
    const { smsc, next } = await setup("a;b\n1;2\n", { totalTimeoutMs: 300 });
    next.reply = trickle(10);
    checkError(await collect(smsc.tasks.rows({ id: 1 })).catch((error) => error), "timeout", "a file");
    assert.deepEqual(await collect(smsc.tasks.rows({ id: 1 })), [{ a: "1", b: "2" }]);
  });
});

describe("too much", () => {
  const deep = (opening, closing, levels = 100_000) => opening.repeat(levels) + closing.repeat(levels);

  for (const [what, text] of Object.entries({
    lists: deep("[", "]"),
    objects: deep('{"a":', "}").replace(":}", ":1}"),
    "lists in a field": `[{"id":1,"x":${deep("[", "]")}}]`,
    "lists that never close": "[".repeat(1_000_000),
    "brackets in an error": `{"error":${deep("[", "]")},"error_code":4}`,
  })) {
    test(`100,000 levels: ${what}`, () => meet(ALL, text, refusedAs("bad_reply")));
  }

  test("50 MB of JSON: read where it is sound, and refused over maxReplyBytes", async () => {
    const row = '{"id":1,"name":"a rather long name of a task","status":"2"}';
    const rows = Math.floor(50_000_000 / (row.length + 1));
    const many = new TextEncoder().encode(`[${`${row},`.repeat(rows)}${row}]`);
    const long = new TextEncoder().encode(`[{"id":1,"name":"${"x".repeat(50_000_000)}","status":"2"}]`);
    const { smsc, next } = await setup("[]");
    next.reply = many;
    assert.equal((await smsc.tasks.list()).length, rows + 1);
    next.reply = long;
    assert.equal((await smsc.tasks.list())[0].name.length, 50_000_000);
    assert.deepEqual(await smsc.tasks.list(), []);
    for (const reply of [many, long]) {
      await meet({ list: READS["tasks.list"] }, reply, refusedAs("bad_reply"), { maxReplyBytes: 1_000_000 });
    }
  });

  test("an error text without end is shortened", async () => {
    const text = "слишком ".repeat(100_000);
    await meet(ALL, `ERROR = 4 (${text})`, (outcome, name) => {
      checkError(outcome, "ip_blocked", name);
      assert.ok(outcome.apiMessage.length <= 300);
    });
    await meet(ALL, JSON.stringify({ error: text, error_code: 4 }), refusedAs("ip_blocked"));
    await meet(ALL, `<html>${text}`, refusedAs("bad_reply"));
  });
});

describe("signs that do not belong there", () => {
  const listed = (name) => `[{"id":1,"name":${name},"status":"2"}]`;
  const task = { "tasks.list": READS["tasks.list"] };
  const named = (expected) => (outcome) => {
    assert.deepEqual(outcome, [{ id: 1, name: expected, status: 2 }]);
    assert.ok(outcome[0].name.isWellFormed());
  };
  const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

  for (const [what, reply, expect] of [
    ["half a surrogate pair, escaped", listed('"a\\ud800b"'), named("a\ufffdb")],
    ["the other half", listed('"\\udc00"'), named("\ufffd")],
    ["two first halves and a pair", listed('"\\ud800\\ud83d\\ude00"'), named("\ufffd😀")],
    ["NUL, escaped", listed('"a\\u0000b"'), named("a\0b")],
    ["NUL as it is", listed('"a\0b"'), refusedAs("bad_reply")],
    ["a line break as it is", listed('"a\nb"'), refusedAs("bad_reply")],
    ["an escape that is none", listed('"\\x41"'), refusedAs("bad_reply")],
    ["half an escape", listed('"\\u12"'), refusedAs("bad_reply")],
    ["invalid UTF-8", bytes('[{"id":1,"name":"', [0xef, 0xf0, 0x20], '","status":"2"}]'), named("пр ")],
    ["a surrogate in UTF-8", bytes('[{"id":1,"name":"', [0xed, 0xa0, 0x80], '","status":"2"}]'), named("н\u00a0Ђ")],
    ["a byte order mark", bytes([0xef, 0xbb, 0xbf], listed('"ж"')), named("ж")],
    ["two byte order marks", bytes([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], listed('"ж"')), refusedAs("bad_reply")],
    ["UTF-16", bytes([0xff, 0xfe], Buffer.from(listed('"ж"'), "utf16le")), named("ж")],
    ["NULs alone", new Uint8Array(1000), refusedAs("bad_reply")],
    ["a picture", bytes([0x89], "PNG\r\n", [0x1a, 0x0a, 0, 0, 0, 13]), refusedAs("bad_reply")],
  ]) {
    test(what, () => meet(task, reply, expect));
  }

  for (const charset of [
    "utf-8",
    "nonsense",
    "",
    "utf-16le",
    "shift_jis",
    "windows-1251",
    '"',
    "utf-8; charset=koi8-r",
  ]) {
    test(`a charset that says ${charset || "nothing"}`, async () => {
      const reply = () =>
        new Response(listed('"ascii"'), { headers: { "content-type": `text/html; charset=${charset}` } });
      await meet(task, reply, charset === "utf-16le" ? refusedAs("bad_reply") : named("ascii"));
    });
  }
});

describe("names and numbers that lead astray", () => {
  const traps =
    '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":null';
  const clean = () => assert.equal({}.polluted, undefined);

  test("__proto__ and constructor are keys like any other", async () => {
    const { smsc, next } = await setup(`[{"id":1,"name":"a","status":"2","sender":"A",${traps}}]`);
    for (const list of [smsc.tasks.list(), smsc.senders.list(), smsc.history.list().then((page) => page.messages)]) {
      const [item] = await list;
      assert.equal(Object.getPrototypeOf(item), Object.prototype);
      assert.deepEqual(Object.keys(item.extra).slice(-3).sort(), ["__proto__", "constructor", "toString"]);
      assert.equal(Object.getPrototypeOf(item.extra), Object.prototype);
      clean();
    }
    for await (const item of smsc.history.iterate()) assert.equal(Object.getPrototypeOf(item), Object.prototype);
    next.reply = `{${traps}}`;
    assert.deepEqual(Object.keys(await smsc.call("balance.php")).length, 4);
    next.reply = `{"error":"x","error_code":4,${traps}}`;
    checkError(await smsc.tasks.list().catch((error) => error), "ip_blocked", "an error with traps");
    next.reply = `__proto__;constructor\n1;2\n`;
    const [row] = await collect(smsc.tasks.rows({ id: 1 }, { csv: { header: true } }));
    assert.deepEqual([Object.keys(row), Object.getPrototypeOf(row)], [["__proto__", "constructor"], Object.prototype]);
    clean();
  });

  test("numbers beyond all measure stay what they are, or are kept in `extra`", async () => {
    for (const number of [
      "1e308",
      "-1e308",
      "1e999",
      "1e-999",
      "-0",
      "0.5",
      "99999999999999999999",
      "-9007199254740993",
    ]) {
      const { smsc } = await setup(
        `[{"status":${number},"phone":${number},"int_id":${number},"cost":${number},"id":${number}}]`,
      );
      const { messages } = await smsc.history.list();
      assert.equal(messages.length, 1);
      assert.equal(messages[0].intId, number);
      assert.equal(messages[0].cost, number);
      const { status } = messages[0];
      assert.ok(status === undefined || Number.isInteger(status), `${number} became ${status}`);
      structuredClone(messages);
    }
    for (const wrong of ["1e", "+1", ".5", "01", "NaN", "Infinity", "-", "0x10"]) {
      await meet(READS, `[{"id":${wrong}}]`, refusedAs("bad_reply"));
    }
  });

  test("codes that nobody knows, negative and enormous", async () => {
    for (const n of ["-1", "0", "-77", "12345", "9007199254740993"]) {
      for (const reply of [`{"error":"x","error_code":${n}}`, `ERROR = ${n} (x)`]) {
        await meet({ call: READS.call, update: CHANGES["senders.update"] }, reply, (outcome, name) => {
          checkError(outcome, ["unknown_api_error", "invalid_parameter", "bad_reply"], `${name}: ${reply}`);
        });
      }
    }
    for (const n of ["1e308", "0.5", "99999999999999999999", "null", "[4]", '"four"']) {
      await meet({ list: READS["tasks.list"] }, `{"error":"x","error_code":${n}}`, refusedAs("bad_reply"));
    }
    const { smsc } = await setup('[{"status":-99,"err":100000,"type":-1,"phone":"7","int_id":"1"}]');
    const [{ status, err, type }] = (await smsc.history.list()).messages;
    assert.deepEqual([status, err, type], [-99, 100_000, -1]);
  });
});

describe("no reply of the service at all", () => {
  const { call, ...lists } = READS;
  const { "senders.update": update } = CHANGES;
  for (const [what, reply, calls] of [
    ["nothing", "", ALL],
    ["white space", " \r\n\t ", ALL],
    ["HTML with 200", "<!DOCTYPE html><html><body>502</body></html>", ALL],
    ["the beginning of an error", "ERROR", ALL],
    ["an error without its number", "ERROR = (x)", ALL],
    ["XML", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', ALL],
    // To `call` any JSON is a reply, and a bare number is a new id in one of the formats.
    ["null", "null", CHANGES],
    ["a number", "5", { ...lists, update }],
    ["another service's JSON", '{"ok":false}', { ...lists, ...CHANGES }],
  ]) {
    test(what, () => meet(calls, reply, refusedAs("bad_reply")));
  }

  test("JSON of any kind is what `call` gives", async () => {
    for (const reply of ["null", "5", '{"ok":false}', "[]", '"x"']) {
      await meet({ call }, reply, (outcome) => assert.deepEqual(outcome, JSON.parse(reply)));
    }
  });
});
