/** Stored responses: the arguments and errors of `decodeHistory`, `decodeSenders` and `decodeTasks`. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { decodeHistory, decodeSenders, decodeTasks, SmscError } from "smsc-wasm";
import * as formats from "smsc-wasm/formats";
import { rejectsWith, setup } from "./support/account.mjs";

const decoders = [
  ["history", decodeHistory],
  ["senders", decodeSenders],
  ["tasks", decodeTasks],
];

describe("arguments", () => {
  for (const [endpoint, decode] of decoders) {
    test(`of ${endpoint}`, async () => {
      for (const text of [undefined, null, 5, Buffer.from("[]"), ["[]"], new String("[]")]) {
        const error = await rejectsWith(decode(text, 3), "invalid_parameter");
        assert.deepEqual([error.parameter, error.endpoint], ["text", endpoint]);
      }
      for (const fmt of [undefined, null, "3", -1, 4, 1.5, Number.NaN, 3n, true]) {
        const error = await rejectsWith(decode("[]", fmt), "invalid_parameter");
        assert.deepEqual([error.parameter, error.endpoint], ["fmt", endpoint]);
      }
      assert.deepEqual(await decode("\uFEFF[]", 3), []);
      assert.deepEqual(await decode("<list/>", 2), []);
    });
  }

  test("options of decodeSenders", async () => {
    assert.deepEqual(await decodeSenders("A,1,5", 1), [{ name: "A", status: 1, id: 5 }]);
    assert.deepEqual(await decodeSenders("A,1,5", 1, { all: true }), [{ name: "A", status: 1, id: 5 }]);
    assert.deepEqual(await decodeSenders("A,1,5", 1, { all: false }), [{ name: "A,1", id: 5 }]);
    assert.deepEqual(await decodeSenders("A,1,5", 1, { all: undefined }), [{ name: "A", status: 1, id: 5 }]);
    for (const [options, parameter] of [
      [{ all: 1 }, "all"],
      [{ operators: true }, "operators"],
      [5, "saved"],
      ["all", "saved"],
    ]) {
      assert.equal((await rejectsWith(decodeSenders("A,1,5", 1, options), "invalid_parameter")).parameter, parameter);
    }
  });

  test("from either entry, by import and by require", async () => {
    assert.deepEqual(await formats.decodeTasks("1,a,2,x,y,z", 1), await decodeTasks("1,a,2,x,y,z", 1));
    const script = `
      const { decodeTasks, isSmscError } = require("smsc-wasm");
      const again = require("smsc-wasm/formats");
      again.decodeTasks("1,a,2,x,y,z", 1).then(async ([task]) => {
        const error = await decodeTasks("x", 1).catch((error) => error);
        console.log(task.name, isSmscError(error), error.code);
      });`;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=commonjs", "--eval", script], {
      cwd: fileURLToPath(new URL(".", import.meta.url)),
      encoding: "utf8",
    });
    assert.equal(stdout.trim(), "a true bad_response", stderr);
  });
});

describe("errors", () => {
  test("an error response rejects like the live call, in every format", async () => {
    const { smsc, emulator } = await setup();
    const calls = [
      ["history", decodeHistory, () => smsc.history.list()],
      ["senders", decodeSenders, () => smsc.senders.list()],
      ["tasks", decodeTasks, () => smsc.tasks.list()],
    ];
    for (const [endpoint, decode, call] of calls) {
      for (let n = 1; n <= 12; n++) {
        const shapes = [
          `ERROR = ${n} (text, of it)`,
          `0,-${n}`,
          `<result>\n<error>text, of it</error>\n<error_code>${n}</error_code>\n</result>`,
          `{\n"error": "text, of it",\n"error_code": ${n}\n}`,
        ];
        for (const [fmt, body] of shapes.entries()) {
          emulator.faults.push({ body });
          const [stored, live] = await Promise.allSettled([decode(body, fmt), call()]);
          if (live.status === "fulfilled") {
            assert.deepEqual([stored.value, live.value.messages ?? live.value], [[], []]);
          } else {
            assert.ok(stored.reason instanceof SmscError, `${endpoint} ${n}`);
            // A stored response cannot be requested again.
            const { retryable, retryAfterMs: _, attempts, ...expected } = live.reason.toJSON();
            assert.deepEqual(stored.reason.toJSON(), { ...expected, retryable: false });
            assert.deepEqual([retryable, attempts], [n === 9, 1]);
          }
        }
      }
    }
  });

  test("a truncated response is a value or a typed error", async () => {
    const { smsc } = await setup({ messages: 3 });
    for (const [script, parameters, decode] of [
      ["get.php", { get_messages: 1 }, decodeHistory],
      ["senders.php", { get: 1, all: 1, operators: 1, files: 1 }, decodeSenders],
      ["downloads.php", { get_list: 1 }, decodeTasks],
    ]) {
      for (const fmt of [0, 1, 2, 3]) {
        const text = await smsc.raw(script, { ...parameters, fmt });
        const all = await decode(text, fmt);
        for (let length = 0; length < Math.min(text.length, 2000); length++) {
          const read = await decode(text.slice(0, length), fmt).catch((error) => error);
          if (read instanceof SmscError) assert.equal(read.code, "bad_response");
          else assert.ok(read.length <= all.length);
        }
      }
    }
  });

  const sms = (inside) => `<list><sms>${inside}</sms></list>`;
  const malformed = {
    "100,000 nested XML elements": [sms("<a>".repeat(100_000)), 2],
    "100,000 nested JSON arrays": ["[".repeat(100_000), 3],
    "entity expansion": [
      `<!DOCTYPE list [<!ENTITY a "${"x".repeat(1000)}">${'<!ENTITY b "&a;&a;&a;">'.repeat(9)}]>${sms("<message>&b;</message>")}`,
      2,
      [{ message: "&b;" }],
    ],
    "an external entity": [
      `<!DOCTYPE list [<!ENTITY a SYSTEM "file:///etc/passwd">]>${sms("<message>&a;</message>")}`,
      2,
      [{ message: "&a;" }],
    ],
    CDATA: [sms("<message><![CDATA[<b>&amp;</b>]]></message>"), 2, [{ message: "<b>&amp;</b>" }]],
    "comments and processing instructions": [
      `<?xml version="1.0"?><!-- x --><list><!-- <sms> --><sms><message>a<!-- b -->c</message></sms><?x?></list>`,
      2,
      [{ message: "ac" }],
    ],
    NUL: [sms("<message>a\0b</message>"), 2, [{ message: "a\0b" }]],
    "a million attributes": [`<list><sms ${'a="1" '.repeat(1_000_000)}/></list>`, 2],
    "a million elements": [sms("<a/>".repeat(1_000_000)), 2],
    "a million commas": [",".repeat(1_000_000), 1],
    "a million fields": ["Status = 1, a = b".repeat(1_000_000), 0],
    "a million lines": [`Status = 1, message = ${"\n".repeat(1_000_000)}`, 0],
    "huge numbers": [
      sms(`<id>${"9".repeat(1000)}</id><int_id>${"9".repeat(30)}</int_id><cost>1e308</cost>`),
      2,
      [{ cost: "1e308", id: "9".repeat(1000), intId: "9".repeat(30) }],
    ],
    "half a surrogate pair": [sms("<message>\uD834</message>"), 2, [{ message: "\uFFFD" }]],
    "a page of HTML": ["<!DOCTYPE html><html><body>1,2</body></html>", 2],
  };
  for (const [name, [text, fmt, expected]] of Object.entries(malformed)) {
    test(`${name}: a value or a typed error, in bounded time`, { timeout: 20_000 }, async () => {
      for (const decode of expected ? [decodeHistory] : [decodeHistory, decodeSenders, decodeTasks]) {
        const read = await decode(text, fmt).catch((error) => error);
        if (read instanceof Error) assert.equal(read.code, "bad_response", read.stack);
        if (expected) assert.deepEqual(read, expected);
      }
      assert.deepEqual(await decodeTasks("1,a,2,x,y,z", 1), [
        { id: 1, name: "a", status: 2, created: "x", time: "y", file: "z" },
      ]);
    });
  }

  test("keys such as __proto__ are ordinary keys", async () => {
    const texts = [
      [0, "name = A, __proto__ = 5, mega_step = 1, constructor = 6, id = 1"],
      [2, '<list><sender __proto__="5" mega_step="1" constructor="6" id="1">A</sender></list>'],
      [3, '[{"sender":"A","__proto__":"5","mega_step":1,"constructor":"6","id":1}]'],
    ];
    for (const [fmt, text] of texts) {
      const result = await decodeSenders(text, fmt).catch((error) => error);
      if (fmt === 0) {
        // Ambiguous: the keys may belong to the name.
        assert.equal(result.code, "bad_response");
        continue;
      }
      const [sender] = result;
      assert.equal(Object.getPrototypeOf(sender.extra), Object.prototype);
      assert.deepEqual(Object.entries(sender.extra).sort(), [
        ["__proto__", "5"],
        ["constructor", "6"],
      ]);
      assert.equal({}.polluted ?? {}[5], undefined);
    }
  });
});

test("200 concurrent calls decode correctly", async () => {
  const text = `<list>${"<task><id>1</id><name>a</name><status>2</status></task>".repeat(1000)}</list>`;
  const many = await Promise.all(Array.from({ length: 200 }, () => decodeTasks(text, 2)));
  assert.ok(many.every((tasks) => tasks.length === 1000 && tasks[999].name === "a"));
});
