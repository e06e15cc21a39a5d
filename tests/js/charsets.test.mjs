/** Files and responses whose charset shows late, or whose bytes are not all valid. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { describe, test } from "node:test";
import { parseCsv } from "smsc-wasm";
import { collect, rejectsWith, stubClient } from "./support/account.mjs";

const utf8 = (text) => new TextEncoder().encode(text);
const table = new Map(
  Array.from({ length: 256 }, (_, byte) => [new TextDecoder("windows-1251").decode(Uint8Array.of(byte)), byte]),
);
const cp1251 = (text) => Uint8Array.from(text, (character) => table.get(character));
const join = (...parts) => new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));

const ASCII = `id;text\n${"1;abc\n".repeat(1500)}`;
const ROWS = 1500;

/** The rows and the text, in chunks of several sizes. */
async function read(bytes, expected, encoding) {
  for (const size of [911, 4096, 1 << 20]) {
    const response = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
            controller.close();
          },
        }),
      );
    const { smsc } = await stubClient(response);
    const file = await smsc.tasks.download({ id: 1 });
    const rows = await collect(file.rows());
    assert.deepEqual(
      rows.slice(ROWS).map((row) => row.text),
      expected,
    );
    assert.equal(file.csv.encoding, encoding);
    const text = await (await smsc.tasks.download({ id: 1 })).text();
    assert.ok(text.endsWith(`${expected.at(-1)}\n`), text.slice(-30));
  }
}

describe("a charset that shows after 4 kB of ASCII", () => {
  for (const word of ["Вітаємо", "Рівне", "Рёбра", "Привет", "№ 5"]) {
    test(`windows-1251: ${word}`, async () => {
      await read(join(utf8(ASCII), cp1251(`2;${word}\n3;${word}, да\n`)), [word, `${word}, да`], "windows-1251");
    });
    test(`UTF-8: ${word}`, async () => {
      await read(utf8(`${ASCII}2;${word}\n3;${word}, да\n`), [word, `${word}, да`], "utf-8");
    });
  }

  test("UTF-8 whose first character is broken", async () => {
    const bytes = join(utf8(`${ASCII}2;`), [0xd0], utf8("ривет, мир\n3;Да\n"));
    await read(bytes, ["\ufffdривет, мир", "Да"], "utf-8");
  });
});

test("one invalid byte does not garble a text", async () => {
  const bytes = join(utf8("id;text\n1;Привет"), [0xff], utf8(", мир\n2;Да\n"));
  assert.deepEqual(await collect(parseCsv(bytes)), [
    { id: "1", text: "Привет\ufffd, мир" },
    { id: "2", text: "Да" },
  ]);
  const { smsc } = await stubClient(() => new Response(bytes));
  assert.equal(await (await smsc.tasks.download({ id: 1 })).text(), new TextDecoder().decode(bytes));
});

const message = (text) =>
  `[{"status":1,"last_date":"","last_timestamp":0,"err":0,"send_date":"","send_timestamp":0,"phone":"79990000001",` +
  `"cost":"1.00","sender_id":"SHOP","status_name":"","message":"${text}","mccmnc":"","country":"","operator":"",` +
  `"region":"","type":0,"id":1,"int_id":"5","sms_cnt":1,"format":0,"crc":1,"flag":0}]`;

test("history pages: one invalid byte does not garble a page, and windows-1251 is recognized", async () => {
  const page = async (body, headers) => {
    const { smsc } = await stubClient(() => new Response(body, { headers }));
    return (await smsc.history.list()).messages[0].message;
  };
  const [before, after] = message("Привет, |мир").split("|");
  assert.equal(await page(join(utf8(before), [0xff], utf8(after))), "Привет, \ufffdмир");
  for (const word of ["Вітаємо", "Рівне", "Рёбра"]) {
    assert.equal(await page(cp1251(message(word))), word);
    assert.equal(await page(utf8(message(word))), word);
  }
  // "Рё" is valid UTF-8 in windows-1251: only the header decides.
  const headers = { "content-type": "application/json; charset=windows-1251" };
  assert.equal(await page(cp1251(message("Рё")), headers), "Рё");
  assert.equal(await page(cp1251(message("Рёбра")), headers), "Рёбра");
  assert.equal(await page(utf8(message("и")), { "content-type": "application/json; charset=UTF-8" }), "и");
});

test("a charset in the Content-Type of a file comes before detection and after a byte order mark", async () => {
  const read = async (body, type, csv) => {
    const { smsc } = await stubClient(() => new Response(body, { headers: { "content-type": type } }));
    const file = await smsc.tasks.download({ id: 1 });
    const rows = await collect(file.rows(csv));
    const text = await (await smsc.tasks.download({ id: 1 })).text();
    return [rows[0], file.csv.encoding, text];
  };
  const expected = (value, encoding) => [{ id: "1", text: value }, encoding, `id;text\n1;${value}\n`];
  const csv = (value) => `id;text\n1;${value}\n`;
  const windows = "text/csv; charset=windows-1251";
  assert.deepEqual(await read(cp1251(csv("Рё")), windows), expected("Рё", "windows-1251"));
  assert.deepEqual(await read(utf8(`\ufeff${csv("Рё")}`), windows), expected("Рё", "utf-8"));
  assert.deepEqual(await read(cp1251(csv("Рёбра")), "text/csv; charset=utf-8"), expected("Рёбра", "windows-1251"));
  const response = new Response(cp1251(csv("Рё")), { headers: { "content-type": windows } });
  assert.deepEqual(await collect(parseCsv(response)), [{ id: "1", text: "Рё" }]);
});

test("text and rows take the same labels", async () => {
  const { smsc } = await stubClient(() => new Response(cp1251("id;text\n1;Привет\n")));
  const download = () => smsc.tasks.download({ id: 1 });
  for (const encoding of ["windows-1251", "win-1251", "CP-1251", " cp1251 "]) {
    assert.equal(await (await download()).text({ encoding }), "id;text\n1;Привет\n", encoding);
    assert.deepEqual(await collect((await download()).rows({ encoding })), [{ id: "1", text: "Привет" }], encoding);
  }
  const errors = [];
  for (const encoding of ["latin1", "", "morse"]) {
    const [ofText, ofRows] = [
      await rejectsWith((await download()).text({ encoding }), "invalid_parameter"),
      await rejectsWith(collect((await download()).rows({ encoding })), "invalid_parameter"),
    ];
    errors.push([ofText.message, ofText.parameter], [ofRows.message, ofRows.parameter]);
  }
  for (let at = 0; at < errors.length; at += 2) assert.deepEqual(errors[at], errors[at + 1]);
});

test("an environment may have no decoder of windows-1251", () => {
  // The package takes the decoder when it is loaded.
  const script = `
    import assert from "node:assert/strict";
    import { parseCsv } from "smsc-wasm";
    import { collect, rejectsWith, stubClient } from "./support/account.mjs";
    const { TextDecoder } = globalThis;
    globalThis.TextDecoder = class extends TextDecoder {
      constructor(label = "utf-8", options = {}) {
        if (/1251|koi8/.test(label)) throw new RangeError("no " + label);
        super(label, options);
      }
    };
    const text = async (bytes) => {
      const { smsc } = await stubClient(() => new Response(bytes));
      return (await smsc.tasks.download({ id: 1 })).text();
    };
    assert.equal(await text("id\\n1\\n"), "id\\n1\\n");
    const windows1251 = Uint8Array.of(0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2);
    const error = await rejectsWith(text(windows1251), "bad_response");
    assert.match(error.message, /is windows-1251, which the TextDecoder of this environment does not have/);
    assert.ok(error.cause instanceof RangeError);
    assert.deepEqual(await collect(parseCsv(windows1251, { header: false })), [["Привет"]]);
    await rejectsWith(collect(parseCsv(windows1251, { encoding: "koi8-r" })), "bad_response");
    console.log("well");
  `;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  assert.equal(stdout.trim(), "well", stderr);
});
