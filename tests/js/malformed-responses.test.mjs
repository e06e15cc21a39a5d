/**
 * Malformed responses: each results in a value or a typed error with a short excerpt, in bounded time and memory, and the same
 * client works afterwards. (Redirects and endless bodies are in transport.test.mjs, broken files in task-files.test.mjs.)
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

/** A client that gets `next.response` once, and valid responses otherwise. */
async function setup(valid, options = {}) {
  const next = { response: undefined };
  const { smsc } = await stubClient(
    () => {
      const response = next.response ?? valid;
      next.response = undefined;
      return typeof response === "function" ? response() : new Response(response);
    },
    { maxRetries: 0, ...options },
  );
  return { smsc, next };
}

/** Asserts that the error has one of the codes, and a short text without secrets. */
function checkError(error, codes, what) {
  assert.ok(isSmscError(error), `${what}: ${error?.stack}`);
  assert.ok([codes].flat().includes(error.code), `${what}: ${error.stack}`);
  for (const text of [error.message, JSON.stringify(error), String(error.stack)]) {
    assert.doesNotMatch(text, /demo-key/, what);
  }
  assert.ok(error.message.length < 800, `${what}: a message of ${error.message.length} characters`);
}

/** Makes each call with the response and checks its outcome, then checks that the next call succeeds. */
async function checkOutcomes(calls, response, check, options) {
  for (const [name, [call, valid]] of Object.entries(calls)) {
    const { smsc, next } = await setup(valid, options);
    const expected = await call(smsc);
    next.response = response;
    const outcome = await call(smsc).catch((error) => error);
    await check(outcome, name);
    assert.deepEqual(await call(smsc), expected, `${name} afterwards`);
  }
}

const isError = (codes) => (outcome, name) => checkError(outcome, codes, name);

describe("a truncated response", () => {
  for (const [name, [call, valid]] of Object.entries(ALL)) {
    test(`at every byte: ${name}`, async () => {
      const bytes = new TextEncoder().encode(valid);
      const { smsc, next } = await setup(valid);
      const expected = await call(smsc);
      for (let length = 0; length < bytes.length; length++) {
        next.response = bytes.slice(0, length);
        const error = await rejectsWith(call(smsc), "bad_response");
        checkError(error, "bad_response", `${name} at ${length}`);
        if (name in CHANGES) assert.match(error.message, /whether the change was made is not known/);
      }
      assert.deepEqual(await call(smsc), expected);
    });
  }
});

describe("a connection that is reset or closed at every byte of a response", () => {
  const head = (more) => `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${more}\r\n`;
  const body = '[{"id":1,"name":"отчёт","status":"2"}]';
  const length = new TextEncoder().encode(body).length;
  const chunks = body.match(/.{1,9}/gs).map((part) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`);
  const RESPONSES = {
    "with a content length": head(`content-length: ${length}\r\n`) + body,
    chunked: `${head("transfer-encoding: chunked\r\n")}${chunks.join("")}0\r\n\r\n`,
    "until the connection closes": head("connection: close\r\n") + body,
  };
  for (const [framing, response] of Object.entries(RESPONSES)) {
    for (const [how, end] of Object.entries({
      reset: (socket) => socket.resetAndDestroy(),
      ended: (socket) => socket.end(),
    })) {
      test(`${framing}, ${how}`, async (t) => {
        const bytes = Buffer.from(response);
        let sent = 0;
        const server = createServer((socket) => {
          socket.on("error", () => {});
          socket.once("data", () => {
            // The bytes must be sent before the connection ends.
            socket.write(bytes.subarray(0, sent), () =>
              setImmediate(() => (sent < bytes.length ? end(socket) : socket.end())),
            );
          });
        });
        await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
        t.after(() => server.close());
        const baseUrl = `http://127.0.0.1:${server.address().port}`;
        const smsc = await createClient({ apiKey: "demo-key", baseUrl, rateLimit: "off", maxRetries: 0 });
        for (sent = 0; sent < bytes.length; sent++) {
          const outcome = await smsc.tasks.list().catch((error) => error);
          // Without a length only the JSON shows the truncation; otherwise the body may be complete.
          if (isSmscError(outcome)) checkError(outcome, ["connection", "bad_response"], `${framing} at ${sent}`);
          else assert.equal(outcome.length, 1);
          if (sent < bytes.indexOf("\r\n\r\n")) assert.equal(outcome.code, "connection", `${framing} at ${sent}`);
        }
        assert.deepEqual(await smsc.tasks.list(), [{ id: 1, name: "отчёт", status: 2 }]);
      });
    }
  }
});

describe("a response that arrives byte by byte", () => {
  /** An endless body, one byte per interval. */
  const trickle = (ms) => () =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, ms));
          controller.enqueue(new Uint8Array([0x20]));
        },
      }),
    );

  test("is ended by timeoutMs, which includes the body, and by totalTimeoutMs", async () => {
    await checkOutcomes(ALL, trickle(10), isError("timeout"), { timeoutMs: 60 });
    await checkOutcomes(READS, trickle(10), isError("timeout"), { totalTimeoutMs: 60 });
  });

  test("of a file is ended by totalTimeoutMs", async () => {
    const { smsc, next } = await setup("a;b\n1;2\n", { totalTimeoutMs: 300 });
    next.response = trickle(10);
    checkError(await collect(smsc.tasks.rows({ id: 1 })).catch((error) => error), "timeout", "a file");
    assert.deepEqual(await collect(smsc.tasks.rows({ id: 1 })), [{ a: "1", b: "2" }]);
  });
});

describe("excessive size", () => {
  const deep = (opening, closing, levels = 100_000) => opening.repeat(levels) + closing.repeat(levels);

  for (const [what, text] of Object.entries({
    lists: deep("[", "]"),
    objects: deep('{"a":', "}").replace(":}", ":1}"),
    "lists in a field": `[{"id":1,"x":${deep("[", "]")}}]`,
    "lists that never close": "[".repeat(1_000_000),
    "brackets in an error": `{"error":${deep("[", "]")},"error_code":4}`,
  })) {
    test(`100,000 levels: ${what}`, () => checkOutcomes(ALL, text, isError("bad_response")));
  }

  test("50 MB of JSON: decoded if valid, and rejected above maxResponseBytes", async () => {
    const row = '{"id":1,"name":"a rather long name of a task","status":"2"}';
    const rows = Math.floor(50_000_000 / (row.length + 1));
    const many = new TextEncoder().encode(`[${`${row},`.repeat(rows)}${row}]`);
    const long = new TextEncoder().encode(`[{"id":1,"name":"${"x".repeat(50_000_000)}","status":"2"}]`);
    const { smsc, next } = await setup("[]", { maxResponseBytes: 64 << 20 });
    next.response = many;
    assert.equal((await smsc.tasks.list()).length, rows + 1);
    next.response = long;
    assert.equal((await smsc.tasks.list())[0].name.length, 50_000_000);
    assert.deepEqual(await smsc.tasks.list(), []);
    for (const response of [many, long]) {
      await checkOutcomes({ list: READS["tasks.list"] }, response, isError("bad_response"), {
        maxResponseBytes: 1_000_000,
      });
    }
  });

  test("lists of millions of small items are rejected, in little memory", async () => {
    const list = (item) => {
      const count = Math.floor(15_000_000 / (item.length + 1));
      return new TextEncoder().encode(`[${`${item},`.repeat(count)}${item}]`);
    };
    const text = list("{}");
    const before = process.memoryUsage().rss;
    await checkOutcomes({ list: READS["senders.list"] }, text, isError("bad_response"));
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 300e6, `${grown} bytes`);
    for (const item of ["[]", "0", '{"a":1}']) await checkOutcomes(READS, list(item), isError("bad_response"));
  });

  test("a response of more than 16 MiB is rejected by default", async () => {
    const list = (length) => `[{"id":1,"name":"${"x".repeat(length)}","status":"2"}]`;
    const { smsc, next } = await setup("[]");
    next.response = list(16 * 1024 * 1024 - 100);
    assert.equal((await smsc.tasks.list()).length, 1);
    next.response = list(16 * 1024 * 1024);
    assert.match((await rejectsWith(smsc.tasks.list(), "bad_response")).message, /16777216 bytes/);
  });

  test("a long error text is truncated", async () => {
    const text = "слишком ".repeat(100_000);
    await checkOutcomes(ALL, `ERROR = 4 (${text})`, (outcome, name) => {
      checkError(outcome, "ip_blocked", name);
      assert.ok(outcome.apiMessage.length <= 300);
    });
    await checkOutcomes(ALL, JSON.stringify({ error: text, error_code: 4 }), isError("ip_blocked"));
    await checkOutcomes(ALL, `<html>${text}`, isError("bad_response"));
  });
});

describe("unexpected characters", () => {
  const listed = (name) => `[{"id":1,"name":${name},"status":"2"}]`;
  const task = { "tasks.list": READS["tasks.list"] };
  const named = (expected) => (outcome) => {
    assert.deepEqual(outcome, [{ id: 1, name: expected, status: 2 }]);
    assert.ok(outcome[0].name.isWellFormed());
  };
  const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

  for (const [what, response, check] of [
    ["a lone high surrogate, escaped", listed('"a\\ud800b"'), named("a\ufffdb")],
    ["a lone low surrogate, escaped", listed('"\\udc00"'), named("\ufffd")],
    ["a lone high surrogate before a pair", listed('"\\ud800\\ud83d\\ude00"'), named("\ufffd😀")],
    ["NUL, escaped", listed('"a\\u0000b"'), named("a\0b")],
    ["NUL, unescaped", listed('"a\0b"'), isError("bad_response")],
    ["a line break, unescaped", listed('"a\nb"'), isError("bad_response")],
    ["an invalid escape", listed('"\\x41"'), isError("bad_response")],
    ["an incomplete escape", listed('"\\u12"'), isError("bad_response")],
    ["invalid UTF-8", bytes('[{"id":1,"name":"', [0xef, 0xf0, 0x20], '","status":"2"}]'), named("пр ")],
    ["a surrogate in UTF-8", bytes('[{"id":1,"name":"', [0xed, 0xa0, 0x80], '","status":"2"}]'), named("н\u00a0Ђ")],
    ["a byte order mark", bytes([0xef, 0xbb, 0xbf], listed('"ж"')), named("ж")],
    ["two byte order marks", bytes([0xef, 0xbb, 0xbf, 0xef, 0xbb, 0xbf], listed('"ж"')), named("ж")],
    ["UTF-16", bytes([0xff, 0xfe], Buffer.from(listed('"ж"'), "utf16le")), named("ж")],
    ["only NULs", new Uint8Array(1000), isError("bad_response")],
    ["a PNG image", bytes([0x89], "PNG\r\n", [0x1a, 0x0a, 0, 0, 0, 13]), isError("bad_response")],
  ]) {
    test(what, () => checkOutcomes(task, response, check));
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
    test(`a content type with the charset ${charset || "(empty)"}`, async () => {
      const response = () =>
        new Response(listed('"ascii"'), { headers: { "content-type": `text/html; charset=${charset}` } });
      await checkOutcomes(task, response, charset === "utf-16le" ? isError("bad_response") : named("ascii"));
    });
  }
});

describe("misleading names and numbers", () => {
  const traps =
    '"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1,"hasOwnProperty":null';
  const assertNotPolluted = () => assert.equal({}.polluted, undefined);

  test("__proto__ and constructor are ordinary keys", async () => {
    const { smsc, next } = await setup(`[{"id":1,"name":"a","status":"2","sender":"A",${traps}}]`);
    for (const list of [smsc.tasks.list(), smsc.senders.list(), smsc.history.list().then((page) => page.messages)]) {
      const [item] = await list;
      assert.equal(Object.getPrototypeOf(item), Object.prototype);
      assert.deepEqual(Object.keys(item.extra).slice(-3).sort(), ["__proto__", "constructor", "toString"]);
      assert.equal(Object.getPrototypeOf(item.extra), Object.prototype);
      assertNotPolluted();
    }
    for await (const item of smsc.history.iterate()) assert.equal(Object.getPrototypeOf(item), Object.prototype);
    next.response = `{${traps}}`;
    assert.deepEqual(Object.keys(await smsc.call("balance.php")).length, 4);
    next.response = `{"error":"x","error_code":4,${traps}}`;
    checkError(await smsc.tasks.list().catch((error) => error), "ip_blocked", "an error with traps");
    next.response = `__proto__;constructor\n1;2\n`;
    const [row] = await collect(smsc.tasks.rows({ id: 1 }, { header: true }));
    assert.deepEqual([Object.keys(row), Object.getPrototypeOf(row)], [["__proto__", "constructor"], Object.prototype]);
    assertNotPolluted();
  });

  test("out-of-range numbers are preserved, or kept in `extra`", async () => {
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
      await checkOutcomes(READS, `[{"id":${wrong}}]`, isError("bad_response"));
    }
  });

  test("unknown, negative and huge error codes", async () => {
    for (const n of ["-1", "0", "-77", "12345", "9007199254740993"]) {
      for (const response of [`{"error":"x","error_code":${n}}`, `ERROR = ${n} (x)`]) {
        await checkOutcomes({ call: READS.call, update: CHANGES["senders.update"] }, response, (outcome, name) => {
          checkError(outcome, ["unknown_api_error", "invalid_parameter", "bad_response"], `${name}: ${response}`);
        });
      }
    }
    for (const n of ["1e308", "0.5", "99999999999999999999", "null", "[4]", '"four"']) {
      await checkOutcomes({ list: READS["tasks.list"] }, `{"error":"x","error_code":${n}}`, isError("bad_response"));
    }
    const { smsc } = await setup('[{"status":-99,"err":100000,"type":-1,"phone":"7","int_id":"1"}]');
    const [{ status, err, type }] = (await smsc.history.list()).messages;
    assert.deepEqual([status, err, type], [-99, 100_000, -1]);
  });
});

describe("responses not from the service", () => {
  const { call, ...lists } = READS;
  const { "senders.update": update } = CHANGES;
  for (const [what, response, calls] of [
    ["an empty body", "", ALL],
    ["white space", " \r\n\t ", ALL],
    ["HTML with 200", "<!DOCTYPE html><html><body>502</body></html>", ALL],
    ["the beginning of an error", "ERROR", ALL],
    ["an error without its number", "ERROR = (x)", ALL],
    ["XML", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', ALL],
    // `call` accepts any JSON, and a bare number is a new id in one of the formats.
    ["null", "null", { ...lists, ...CHANGES }],
    ["a number", "5", { ...lists, update }],
    ["another service's JSON", '{"ok":false}', { ...lists, ...CHANGES }],
  ]) {
    test(what, () => checkOutcomes(calls, response, isError("bad_response")));
  }

  test("`call` returns any JSON", async () => {
    for (const response of ["null", "5", '{"ok":false}', "[]", '"x"']) {
      await checkOutcomes({ call }, response, (outcome) => assert.deepEqual(outcome, JSON.parse(response)));
    }
  });
});
