/** Every dialect of a task's file: each is read whole and byte by byte, and the detected dialect is reported. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { parseCsv } from "smsc-wasm";
import { makeCsv } from "smsc-wasm/testing";
import { collect, NOW, rejectsWith, stubClient } from "./support/account.mjs";
import { zip } from "./support/archives.mjs";

const utf8 = (text) => new TextEncoder().encode(text);
/** An encoder for a single-byte charset: the inverse of the platform's decoder. */
const encoderFor = (label) => {
  const table = new Map();
  for (let byte = 0; byte < 256; byte++) table.set(new TextDecoder(label).decode(Uint8Array.of(byte)), byte);
  return (text) => Uint8Array.from(text, (character) => table.get(character));
};
const cp1251 = encoderFor("windows-1251");
const koi8 = encoderFor("koi8-r");
const utf16 = (text) => new Uint8Array(Buffer.from(text, "utf16le"));
const utf16be = (text) => new Uint8Array(Buffer.from(text, "utf16le").swap16());

const TEXT = 'Телефон;Текст\n79991234567;"Её «код»: ""42""; №\n5"\n79991234568;\n';
const ROWS = [
  { Телефон: "79991234567", Текст: 'Её «код»: "42"; №\n5' },
  { Телефон: "79991234568", Текст: "" },
];
const columns = ["Телефон", "Текст"];
const dialect = (more) => ({ encoding: "utf-8", delimiter: ";", header: true, columns, ...more });
const LONG = `Телефон;Текст\n${Array.from({ length: 900 }, (_, i) => `7999${i};"Привет, ${i} раз"\n`).join("")}`;
const LONG_ROWS = Array.from({ length: 900 }, (_, i) => ({ Телефон: `7999${i}`, Текст: `Привет, ${i} раз` }));

/** Each: a name, the bytes, the expected rows, the detected dialect, and the given options. */
const DIALECTS = [
  ["UTF-8", utf8(TEXT), ROWS, dialect()],
  ["UTF-8 with a byte order mark", utf8(`\ufeff${TEXT}`), ROWS, dialect()],
  ["windows-1251", cp1251(TEXT), ROWS, dialect({ encoding: "windows-1251" })],
  ["windows-1251, given", cp1251(TEXT), ROWS, dialect({ encoding: "windows-1251" }), { encoding: "cp1251" }],
  [
    "koi8-r, given",
    koi8(TEXT.replace(/[«»№]/g, "")),
    ROWS.map((row) => ({ ...row, Текст: row.Текст.replace(/[«»№]/g, "") })),
    dialect({ encoding: "koi8-r" }),
    { encoding: "koi8-r" },
  ],
  ["UTF-16LE with a byte order mark", utf16(`\ufeff${TEXT}`), ROWS, dialect({ encoding: "utf-16le" })],
  ["UTF-16BE with a byte order mark", utf16be(`\ufeff${TEXT}`), ROWS, dialect({ encoding: "utf-16be" })],
  ["UTF-16LE without a byte order mark", utf16(TEXT), ROWS, dialect({ encoding: "utf-16le" })],
  ["UTF-16BE without a byte order mark", utf16be(TEXT), ROWS, dialect({ encoding: "utf-16be" })],
  ["UTF-8 with two byte order marks", utf8(`\ufeff\ufeff${TEXT}`), ROWS, dialect()],
  ["UTF-16LE with two byte order marks", utf16(`\ufeff\ufeff${TEXT}`), ROWS, dialect({ encoding: "utf-16le" })],
  [
    "UTF-16BE of emoji without a byte order mark",
    utf16be("😀;🎉🎉\n👍🏽;😀\n"),
    [
      ["😀", "🎉🎉"],
      ["👍🏽", "😀"],
    ],
    dialect({ encoding: "utf-16be", header: false, columns: undefined }),
  ],
  [
    "UTF-16LE of Cyrillic without a byte order mark",
    utf16("Телефон\nИванов\nПётр\n"),
    [{ Телефон: "Иванов" }, { Телефон: "Пётр" }],
    dialect({ encoding: "utf-16le", columns: ["Телефон"] }),
  ],
  [
    "zero bytes at odd positions only",
    utf8("a;b\n1;x\0\n1;x\0\n1;x\0\n"),
    Array(3).fill({ a: "1", b: "x\0" }),
    dialect({ columns: ["a", "b"] }),
  ],
  [
    "UTF-16 with surrogate pairs",
    utf16(`\ufeffa;b\n😀;𝄞😀\n`),
    [{ a: "😀", b: "𝄞😀" }],
    dialect({ encoding: "utf-16le", columns: ["a", "b"] }),
  ],
  [
    "UTF-8 with characters of three and four bytes",
    utf8("a;b\n—😀;₽𝄞😀\n"),
    [{ a: "—😀", b: "₽𝄞😀" }],
    dialect({ columns: ["a", "b"] }),
  ],
  ...[",", "\t", "|"].map((delimiter) => [
    `delimiter ${JSON.stringify(delimiter)}`,
    utf8(`a${delimiter}b\n1${delimiter}"2${delimiter};"\n`),
    [{ a: "1", b: `2${delimiter};` }],
    dialect({ delimiter, columns: ["a", "b"] }),
  ]),
  [
    "another delimiter, given",
    utf8("a^b\n1^2;3\n"),
    [{ a: "1", b: "2;3" }],
    dialect({ delimiter: "^", columns: ["a", "b"] }),
    { delimiter: "^" },
  ],
  ...["\r\n", "\r"].map((end) => [
    `lines end with ${JSON.stringify(end)}`,
    utf8(`a;b${end}1;"2${end}3"${end}${end}4;5`),
    [
      { a: "1", b: `2${end}3` },
      { a: "4", b: "5" },
    ],
    dialect({ columns: ["a", "b"] }),
  ]),
  [
    "no header",
    utf8("79991234567;Текст\n79991234568;да"),
    [
      ["79991234567", "Текст"],
      ["79991234568", "да"],
    ],
    dialect({ header: false, columns: undefined }),
  ],
  [
    "no header, given",
    utf8("a;b\nc;d"),
    [
      ["a", "b"],
      ["c", "d"],
    ],
    dialect({ header: false, columns: undefined }),
    { header: false },
  ],
  ["a header, given", utf8("1;2\nc;d"), [{ 1: "c", 2: "d" }], dialect({ columns: ["1", "2"] }), { header: true }],
  [
    "a header with unusual names",
    utf8("№;#;;Имя (ФИО)\n1;2;3;4"),
    [{ "№": "1", "#": "2", "": "3", "Имя (ФИО)": "4" }],
    dialect({ columns: ["№", "#", "", "Имя (ФИО)"] }),
  ],
  [
    "a header with commas in a title",
    utf8("Телефон;Фамилия, имя, отчество\n79990000001;Иванов Иван\n"),
    [{ Телефон: "79990000001", "Фамилия, имя, отчество": "Иванов Иван" }],
    dialect({ columns: ["Телефон", "Фамилия, имя, отчество"] }),
  ],
  [
    "no header, texts with many commas",
    utf8("79990000001;Привет, Иван, как дела, да\n79990000002;Заказ, готов\n"),
    [
      ["79990000001", "Привет, Иван, как дела, да"],
      ["79990000002", "Заказ, готов"],
    ],
    dialect({ header: false, columns: undefined }),
  ],
  [
    "a first line for Excel",
    utf8("\ufeffsep=,\r\na;b,c\r\n1;2,3\r\n"),
    [{ "a;b": "1;2", c: "3" }],
    dialect({ delimiter: ",", columns: ["a;b", "c"] }),
  ],
  [
    "a first line for Excel in UTF-16",
    utf16("\ufeffsep=|\nа|б\n1|2\n"),
    [{ а: "1", б: "2" }],
    dialect({ encoding: "utf-16le", delimiter: "|", columns: ["а", "б"] }),
  ],
  ["only a header", utf8("a;b\n"), [], dialect({ columns: ["a", "b"] })],
  ["one column", utf8("phone\n1\n\n2\n"), [{ phone: "1" }, { phone: "2" }], dialect({ columns: ["phone"] })],
  ["an empty file", utf8(""), [], dialect({ header: false, columns: undefined })],
  ["blank lines before the header", utf8("\r\n\na;b\r\n1;2"), [{ a: "1", b: "2" }], dialect({ columns: ["a", "b"] })],
  [
    "quotes inside fields",
    utf8('a;b\n5" pipe;"x"y"z\n;""""\n'),
    [
      { a: '5" pipe', b: 'xy"z' },
      { a: "", b: '"' },
    ],
    dialect({ columns: ["a", "b"] }),
  ],
  ["all fields quoted", utf8('"a";"b"\n"1";"2"\n'), [{ a: "1", b: "2" }], dialect({ columns: ["a", "b"] })],
  [
    "ragged rows",
    utf8("a;b\n1\n1;2\n1;2;3;4\n"),
    [{ a: "1" }, { a: "1", b: "2" }, { a: "1", b: "2", __extra: ["3", "4"] }],
    dialect({ columns: ["a", "b"] }),
  ],
  [
    "ragged rows with a column named __extra",
    utf8("__extra;b\n1;2;3;4\n5\n"),
    [{ __extra: "1", b: "2", __extra_2: ["3", "4"] }, { __extra: "5" }],
    dialect({ columns: ["__extra", "b"] }),
  ],
  [
    "duplicate column names",
    utf8("a;a;a_2;a\n1;2;3;4\n"),
    [{ a: "1", a_3: "2", a_2: "3", a_4: "4" }],
    dialect({ columns: ["a", "a_3", "a_2", "a_4"] }),
  ],
  [
    "column names that are object properties",
    utf8("__proto__;constructor;toString\n1;2;3\n"),
    [JSON.parse('{"__proto__":"1","constructor":"2","toString":"3"}')],
    dialect({ columns: ["__proto__", "constructor", "toString"] }),
  ],
  [
    "40 columns",
    utf8(`${Array.from({ length: 40 }, (_, i) => `c${i}`)}\n${Array.from({ length: 40 }, (_, i) => i)}\n`),
    [Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`c${i}`, String(i)]))],
    dialect({ delimiter: ",", columns: Array.from({ length: 40 }, (_, i) => `c${i}`) }),
  ],
  [
    "invalid UTF-8",
    Uint8Array.of(...utf8("\ufeffa;b\n"), 0xe2, 0x82, 0x3b, 0xff, 0xd0),
    [{ a: "\ufffd", b: "\ufffd\ufffd" }],
    dialect({ columns: ["a", "b"] }),
  ],
  ["gzip", new Uint8Array(gzipSync(LONG)), LONG_ROWS, dialect({ compression: "gzip" })],
  [
    "gzip of windows-1251",
    new Uint8Array(gzipSync(cp1251(LONG))),
    LONG_ROWS,
    dialect({ compression: "gzip", encoding: "windows-1251" }),
  ],
  ["zip", zip([utf8(LONG)]), LONG_ROWS, dialect({ compression: "zip" })],
  ["zip, stored", zip([utf8(LONG)], { stored: true }), LONG_ROWS, dialect({ compression: "zip" })],
  [
    "zip with a data descriptor",
    zip([utf8(LONG)], { descriptor: true, comment: "от SMSC" }),
    LONG_ROWS,
    dialect({ compression: "zip" }),
  ],
  [
    "zip, stored, with a data descriptor",
    zip([utf8(LONG)], { stored: true, descriptor: true }),
    LONG_ROWS,
    dialect({ compression: "zip" }),
  ],
  ["zip64", zip([utf8(LONG)], { large: true, descriptor: true }), LONG_ROWS, dialect({ compression: "zip" })],
  ["zip64, stored", zip([utf8(LONG)], { large: true, stored: true }), LONG_ROWS, dialect({ compression: "zip" })],
  ["zip of an empty file", zip([utf8("")]), [], dialect({ compression: "zip", header: false, columns: undefined })],
];

/** A stream of chunks of the given size. */
const inChunks = (bytes, size) => {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
};

describe("every dialect", () => {
  for (const [name, bytes, rows, detected, csv] of DIALECTS) {
    test(name, async () => {
      for (const size of [1, 7, 1 << 20]) {
        if (size === 1 && bytes.length > 30_000) continue;
        assert.deepEqual(await collect(parseCsv(inChunks(bytes, size), csv)), rows, `chunks of ${size}`);
        const { smsc } = await stubClient(() => new Response(inChunks(bytes, size)));
        const file = await smsc.tasks.download({ id: 1 });
        assert.equal(file.csv, undefined);
        assert.deepEqual((await collect(file.batches(csv))).flat(), rows);
        assert.deepEqual(file.csv, JSON.parse(JSON.stringify(detected)));
      }
    });
  }

  test("rows are plain objects", async () => {
    const [row] = await collect(parseCsv("a;b\n1;2\n"));
    assert.equal(Object.getPrototypeOf(row), Object.prototype);
    assert.deepEqual(Object.getOwnPropertyDescriptor(row, "a"), {
      value: "1",
      writable: true,
      enumerable: true,
      configurable: true,
    });
    assert.deepEqual(structuredClone(row), row);
    const [unusual] = await collect(parseCsv("__proto__;b\n1;2\n"));
    assert.equal(Object.getPrototypeOf(unusual), Object.prototype);
    assert.deepEqual(Object.keys(unusual), ["__proto__", "b"]);
  });

  test("files with different columns can be read concurrently", async () => {
    const texts = Array.from({ length: 9 }, (_, i) => `a${i};b\n${"x;y\n".repeat(50)}`);
    const readers = texts.map((text) => parseCsv(text));
    for (let row = 0; row < 50; row++) {
      for (const [i, reader] of readers.entries())
        assert.deepEqual((await reader.next()).value, { [`a${i}`]: "x", b: "y" });
    }
  });

  test("a long ASCII beginning does not prevent the detection of windows-1251", async () => {
    const bytes = new Uint8Array([...utf8(`a;b\n${"1;abc\n".repeat(2000)}`), ...cp1251("2;Привет\n")]);
    const { smsc } = await stubClient(() => new Response(inChunks(bytes, 5000)));
    const file = await smsc.tasks.download({ id: 1 });
    const rows = file.rows();
    await rows.next();
    assert.equal(file.csv.encoding, "utf-8");
    assert.deepEqual((await collect(rows)).at(-1), { a: "2", b: "Привет" });
    assert.equal(file.csv.encoding, "windows-1251");
  });

  test("a surrogate pair at any position in a block", async () => {
    const values = Array.from({ length: 200 }, (_, i) => `${"x".repeat(i)}😀ы`);
    const rows = await collect(parseCsv(values.map((value) => `${value};1\n`).join(""), { header: false }));
    assert.deepEqual(
      rows,
      values.map((value) => [value, "1"]),
    );
  });

  test("a record longer than a chunk", async () => {
    const long = "я".repeat(300_000);
    assert.deepEqual(await collect(parseCsv(`a;b\n1;"${long}"\n2;3\n`)), [
      { a: "1", b: long },
      { a: "2", b: "3" },
    ]);
  });
});

describe("malformed files", () => {
  test("an unclosed quote rejects with its record and line, after all valid rows", async () => {
    const rows = parseCsv('a;b\r\n1;"2\r\n3"\r\n\r\n4;"5\r\n');
    assert.deepEqual((await rows.next()).value, { a: "1", b: "2\r\n3" });
    assert.match((await rejectsWith(rows.next(), "bad_response")).message, /record 3, which begins on line 5/);
    assert.deepEqual(await rows.next(), { value: undefined, done: true });
  });

  test("archives without one valid file", async () => {
    const archive = zip([utf8(LONG)]);
    for (const [bytes, message] of [
      [zip([utf8(TEXT), utf8(TEXT)], { stored: true }), /several files/],
      [zip([utf8(TEXT)], { encrypted: true }), /encrypted/],
      [zip([utf8(TEXT)], { method: 12 }), /method 12/],
      [zip([utf8(TEXT)], { crc: 5 }), /unpacked/],
      [zip([utf8(TEXT)], { crc: 5, stored: true }), /unpacked/],
      [zip([utf8(TEXT)], { length: 5, large: true }), /unpacked/],
      [zip([utf8(TEXT), utf8(TEXT)], { large: true }), /several files/],
      [archive.subarray(0, archive.length - 30), /cut off/],
      [archive.subarray(0, 20), /cut off/],
      [new Uint8Array([...archive.subarray(0, 100), 255, 255, 255, ...archive.subarray(103)]), /unpacked/],
    ]) {
      const { smsc } = await stubClient(() => new Response(bytes));
      assert.match((await rejectsWith(collect(smsc.tasks.rows({ id: 1 })), "bad_response")).message, message);
    }
  });

  test("a truncated archive rejects after the valid rows", async () => {
    const large = makeCsv(6000, { now: NOW, random: 5 });
    const archive = zip([large]);
    const seen = [];
    const reading = (async () => {
      for await (const row of parseCsv(archive.subarray(0, archive.length - 1000))) seen.push(row);
    })();
    await rejectsWith(reading, "bad_response");
    assert.ok(archive.length < 70_000 || seen.length > 100, `${seen.length} rows`);
    assert.equal((await collect(parseCsv(archive))).length, 6000);
    assert.equal((await collect(parseCsv(zip([large], { stored: true })))).length, 6000);
  });
});
