/** Every form that a task's file may have: each is read whole and byte by byte, and what was found out of it is told. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { parseCsv } from "smsc-wasm";
import { makeCsv } from "smsc-wasm/testing";
import { collect, NOW, rejectsWith, stubClient } from "./support/account.mjs";
import { zip } from "./support/archives.mjs";

const utf8 = (text) => new TextEncoder().encode(text);
/** In single bytes, by the platform's own table the other way round. */
const singleBytes = (label) => {
  const table = new Map();
  for (let byte = 0; byte < 256; byte++) table.set(new TextDecoder(label).decode(Uint8Array.of(byte)), byte);
  return (text) => Uint8Array.from(text, (sign) => table.get(sign));
};
const cp1251 = singleBytes("windows-1251");
const koi8 = singleBytes("koi8-r");
const utf16 = (text) => new Uint8Array(Buffer.from(text, "utf16le"));
const swapped = (text) => new Uint8Array(Buffer.from(text, "utf16le").swap16());

const TEXT = 'Телефон;Текст\n79991234567;"Её «код»: ""42""; №\n5"\n79991234568;\n';
const ROWS = [
  { Телефон: "79991234567", Текст: 'Её «код»: "42"; №\n5' },
  { Телефон: "79991234568", Текст: "" },
];
const columns = ["Телефон", "Текст"];
const form = (more) => ({ encoding: "utf-8", delimiter: ";", header: true, columns, ...more });
const LONG = `Телефон;Текст\n${Array.from({ length: 900 }, (_, i) => `7999${i};"Привет, ${i} раз"\n`).join("")}`;
const LONG_ROWS = Array.from({ length: 900 }, (_, i) => ({ Телефон: `7999${i}`, Текст: `Привет, ${i} раз` }));

/** A name, the bytes, the rows, what is found out, and what is said. */
const FORMS = [
  ["UTF-8", utf8(TEXT), ROWS, form()],
  ["UTF-8 with a mark", utf8(`\ufeff${TEXT}`), ROWS, form()],
  ["windows-1251", cp1251(TEXT), ROWS, form({ encoding: "windows-1251" })],
  ["windows-1251, said", cp1251(TEXT), ROWS, form({ encoding: "windows-1251" }), { encoding: "cp1251" }],
  [
    "koi8-r, said",
    koi8(TEXT.replace(/[«»№]/g, "")),
    ROWS.map((row) => ({ ...row, Текст: row.Текст.replace(/[«»№]/g, "") })),
    form({ encoding: "koi8-r" }),
    { encoding: "koi8-r" },
  ],
  ["UTF-16, little end first", utf16(`\ufeff${TEXT}`), ROWS, form({ encoding: "utf-16le" })],
  ["UTF-16, big end first", swapped(`\ufeff${TEXT}`), ROWS, form({ encoding: "utf-16be" })],
  ["UTF-16, little end first, without a mark", utf16(TEXT), ROWS, form({ encoding: "utf-16le" })],
  ["UTF-16, big end first, without a mark", swapped(TEXT), ROWS, form({ encoding: "utf-16be" })],
  [
    "UTF-16, with characters of two units",
    utf16(`\ufeffa;b\n😀;𝄞😀\n`),
    [{ a: "😀", b: "𝄞😀" }],
    form({ encoding: "utf-16le", columns: ["a", "b"] }),
  ],
  [
    "UTF-8, with characters of three and four bytes",
    utf8("a;b\n—😀;₽𝄞😀\n"),
    [{ a: "—😀", b: "₽𝄞😀" }],
    form({ columns: ["a", "b"] }),
  ],
  ...[",", "\t", "|"].map((delimiter) => [
    `delimiter ${JSON.stringify(delimiter)}`,
    utf8(`a${delimiter}b\n1${delimiter}"2${delimiter};"\n`),
    [{ a: "1", b: `2${delimiter};` }],
    form({ delimiter, columns: ["a", "b"] }),
  ]),
  [
    "another delimiter, said",
    utf8("a^b\n1^2;3\n"),
    [{ a: "1", b: "2;3" }],
    form({ delimiter: "^", columns: ["a", "b"] }),
    { delimiter: "^" },
  ],
  ...["\r\n", "\r"].map((end) => [
    `lines end with ${JSON.stringify(end)}`,
    utf8(`a;b${end}1;"2${end}3"${end}${end}4;5`),
    [
      { a: "1", b: `2${end}3` },
      { a: "4", b: "5" },
    ],
    form({ columns: ["a", "b"] }),
  ]),
  [
    "no header",
    utf8("79991234567;Текст\n79991234568;да"),
    [
      ["79991234567", "Текст"],
      ["79991234568", "да"],
    ],
    form({ header: false, columns: undefined }),
  ],
  [
    "no header, said",
    utf8("a;b\nc;d"),
    [
      ["a", "b"],
      ["c", "d"],
    ],
    form({ header: false, columns: undefined }),
    { header: false },
  ],
  ["a header, said", utf8("1;2\nc;d"), [{ 1: "c", 2: "d" }], form({ columns: ["1", "2"] }), { header: true }],
  [
    "a header of odd names",
    utf8("№;#;;Имя (ФИО)\n1;2;3;4"),
    [{ "№": "1", "#": "2", "": "3", "Имя (ФИО)": "4" }],
    form({ columns: ["№", "#", "", "Имя (ФИО)"] }),
  ],
  ["a header alone", utf8("a;b\n"), [], form({ columns: ["a", "b"] })],
  ["one column", utf8("phone\n1\n\n2\n"), [{ phone: "1" }, { phone: "2" }], form({ columns: ["phone"] })],
  ["nothing", utf8(""), [], form({ header: false, columns: undefined })],
  ["blank lines before the header", utf8("\r\n\na;b\r\n1;2"), [{ a: "1", b: "2" }], form({ columns: ["a", "b"] })],
  [
    "quotes in odd places",
    utf8('a;b\n5" pipe;"x"y"z\n;""""\n'),
    [
      { a: '5" pipe', b: 'xy"z' },
      { a: "", b: '"' },
    ],
    form({ columns: ["a", "b"] }),
  ],
  ["quoted throughout", utf8('"a";"b"\n"1";"2"\n'), [{ a: "1", b: "2" }], form({ columns: ["a", "b"] })],
  [
    "ragged rows",
    utf8("a;b\n1\n1;2\n1;2;3;4\n"),
    [{ a: "1" }, { a: "1", b: "2" }, { a: "1", b: "2", __extra: ["3", "4"] }],
    form({ columns: ["a", "b"] }),
  ],
  [
    "names that repeat",
    utf8("a;a;a_2;a\n1;2;3;4\n"),
    [{ a: "1", a_3: "2", a_2: "3", a_4: "4" }],
    form({ columns: ["a", "a_3", "a_2", "a_4"] }),
  ],
  [
    "names that objects have",
    utf8("__proto__;constructor;toString\n1;2;3\n"),
    [JSON.parse('{"__proto__":"1","constructor":"2","toString":"3"}')],
    form({ columns: ["__proto__", "constructor", "toString"] }),
  ],
  [
    "more columns than most",
    utf8(`${Array.from({ length: 40 }, (_, i) => `c${i}`)}\n${Array.from({ length: 40 }, (_, i) => i)}\n`),
    [Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, String(i)]))],
    form({ delimiter: ",", columns: Array.from({ length: 40 }, (_, i) => `c${i}`) }),
  ],
  [
    "bytes that are no UTF-8",
    Uint8Array.of(...utf8("\ufeffa;b\n"), 0xe2, 0x82, 0x3b, 0xff, 0xd0),
    [{ a: "\ufffd", b: "\ufffd\ufffd" }],
    form({ columns: ["a", "b"] }),
  ],
  ["gzip", new Uint8Array(gzipSync(LONG)), LONG_ROWS, form({ compression: "gzip" })],
  [
    "gzip of windows-1251",
    new Uint8Array(gzipSync(cp1251(LONG))),
    LONG_ROWS,
    form({ compression: "gzip", encoding: "windows-1251" }),
  ],
  ["zip", zip([utf8(LONG)]), LONG_ROWS, form({ compression: "zip" })],
  ["zip, stored", zip([utf8(LONG)], { stored: true }), LONG_ROWS, form({ compression: "zip" })],
  [
    "zip, sizes behind",
    zip([utf8(LONG)], { descriptor: true, comment: "от SMSC" }),
    LONG_ROWS,
    form({ compression: "zip" }),
  ],
  [
    "zip, stored, sizes behind",
    zip([utf8(LONG)], { stored: true, descriptor: true }),
    LONG_ROWS,
    form({ compression: "zip" }),
  ],
  ["zip64", zip([utf8(LONG)], { large: true, descriptor: true }), LONG_ROWS, form({ compression: "zip" })],
  ["zip64, stored", zip([utf8(LONG)], { large: true, stored: true }), LONG_ROWS, form({ compression: "zip" })],
  ["zip, of nothing", zip([utf8("")]), [], form({ compression: "zip", header: false, columns: undefined })],
];

/** In pieces of a size that are no copies, as a network gives them. */
const pieces = (bytes, size) => {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
};

describe("every form", () => {
  for (const [name, bytes, rows, found, csv] of FORMS) {
    test(name, async () => {
      for (const size of [1, 7, 1 << 20]) {
        if (size === 1 && bytes.length > 30_000) continue;
        assert.deepEqual(await collect(parseCsv(pieces(bytes, size), csv)), rows, `pieces of ${size}`);
        const { smsc } = await stubClient(() => new Response(pieces(bytes, size)));
        const file = await smsc.tasks.download({ id: 1 });
        assert.equal(file.csv, undefined);
        assert.deepEqual((await collect(file.batches(csv))).flat(), rows);
        assert.deepEqual(file.csv, JSON.parse(JSON.stringify(found)));
      }
    });
  }

  test("rows are plain objects, whatever made them", async () => {
    const [row] = await collect(parseCsv("a;b\n1;2\n"));
    assert.equal(Object.getPrototypeOf(row), Object.prototype);
    assert.deepEqual(Object.getOwnPropertyDescriptor(row, "a"), {
      value: "1",
      writable: true,
      enumerable: true,
      configurable: true,
    });
    assert.deepEqual(structuredClone(row), row);
    const [odd] = await collect(parseCsv("__proto__;b\n1;2\n"));
    assert.equal(Object.getPrototypeOf(odd), Object.prototype);
    assert.deepEqual(Object.keys(odd), ["__proto__", "b"]);
  });

  test("many files of different columns, read in turns", async () => {
    const texts = Array.from({ length: 9 }, (_, i) => `a${i};b\n${"x;y\n".repeat(50)}`);
    const readers = texts.map((text) => parseCsv(text));
    for (let row = 0; row < 50; row++) {
      for (const [i, reader] of readers.entries())
        assert.deepEqual((await reader.next()).value, { [`a${i}`]: "x", b: "y" });
    }
  });

  test("a file that is ASCII for long is windows-1251 after all", async () => {
    const bytes = new Uint8Array([...utf8(`a;b\n${"1;abc\n".repeat(2000)}`), ...cp1251("2;Привет\n")]);
    const { smsc } = await stubClient(() => new Response(pieces(bytes, 5000)));
    const file = await smsc.tasks.download({ id: 1 });
    const rows = file.rows();
    await rows.next();
    assert.equal(file.csv.encoding, "utf-8");
    assert.deepEqual((await collect(rows)).at(-1), { a: "2", b: "Привет" });
    assert.equal(file.csv.encoding, "windows-1251");
  });

  test("a character of two units anywhere in a block", async () => {
    const cells = Array.from({ length: 200 }, (_, i) => `${"x".repeat(i)}😀ы`);
    const rows = await collect(parseCsv(cells.map((cell) => `${cell};1\n`).join(""), { header: false }));
    assert.deepEqual(
      rows,
      cells.map((cell) => [cell, "1"]),
    );
  });

  test("a record longer than a piece", async () => {
    const long = "я".repeat(300_000);
    assert.deepEqual(await collect(parseCsv(`a;b\n1;"${long}"\n2;3\n`)), [
      { a: "1", b: long },
      { a: "2", b: "3" },
    ]);
  });
});

describe("what cannot be read", () => {
  test("an unclosed quote is told with record and line, after all sound rows", async () => {
    const rows = parseCsv('a;b\r\n1;"2\r\n3"\r\n\r\n4;"5\r\n');
    assert.deepEqual((await rows.next()).value, { a: "1", b: "2\r\n3" });
    assert.match((await rejectsWith(rows.next(), "bad_reply")).message, /record 3, which begins on line 5/);
    assert.deepEqual(await rows.next(), { value: undefined, done: true });
  });

  test("archives that hold no one file", async () => {
    const whole = zip([utf8(LONG)]);
    for (const [bytes, why] of [
      [zip([utf8(TEXT), utf8(TEXT)], { stored: true }), /more than one/],
      [zip([utf8(TEXT)], { encrypted: true }), /encrypted/],
      [zip([utf8(TEXT)], { method: 12 }), /method 12/],
      [zip([utf8(TEXT)], { sum: 5 }), /unpacked/],
      [zip([utf8(TEXT)], { sum: 5, stored: true }), /unpacked/],
      [zip([utf8(TEXT)], { length: 5, large: true }), /unpacked/],
      [zip([utf8(TEXT), utf8(TEXT)], { large: true }), /more than one/],
      [whole.subarray(0, whole.length - 30), /cut off/],
      [whole.subarray(0, 20), /cut off/],
      [new Uint8Array([...whole.subarray(0, 100), 255, 255, 255, ...whole.subarray(103)]), /unpacked/],
    ]) {
      const { smsc } = await stubClient(() => new Response(bytes));
      assert.match((await rejectsWith(collect(smsc.tasks.rows({ id: 1 })), "bad_reply")).message, why);
    }
  });

  test("an archive that is cut off, after the sound rows", async () => {
    const large = makeCsv(6000, { now: NOW, random: 5 });
    const packed = zip([large]);
    const seen = [];
    const reading = (async () => {
      for await (const row of parseCsv(packed.subarray(0, packed.length - 1000))) seen.push(row);
    })();
    await rejectsWith(reading, "bad_reply");
    assert.ok(packed.length < 70_000 || seen.length > 100, `${seen.length} rows`);
    assert.equal((await collect(parseCsv(packed))).length, 6000);
    assert.equal((await collect(parseCsv(zip([large], { stored: true })))).length, 6000);
  });
});
