/** Archives as programs write them: several members, folders, archives within archives, and kinds that are not read. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { parseCsv } from "smsc-wasm";
import { collect, rejectsWith, stubClient } from "./support/account.mjs";
import { zip } from "./support/archives.mjs";

const bytesOf = (text) => new TextEncoder().encode(text);
const gzip = (content) => new Uint8Array(gzipSync(content));
const join = (...parts) => new Uint8Array(Buffer.concat(parts));

const TEXT = `phone;text\n${Array.from({ length: 5000 }, (_, row) => `7999${row};Привет ${row}\n`).join("")}`;
const CSV = bytesOf(TEXT);
const HALF = CSV.length >> 1;
const ROWS = await collect(parseCsv(TEXT));
const zeros = new Uint8Array(1000);

/** The bytes in chunks. */
const inChunks = (bytes, size) =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });

const READABLE = {
  "gzip of two members": join(gzip(CSV.slice(0, HALF)), gzip(CSV.slice(HALF))),
  "gzip of many members": join(...TEXT.split(/(?<=\n)/).map(gzip)),
  "gzip of an empty member and others": join(gzip(""), gzip(CSV), gzip("")),
  "gzip whose members are in a stored block of another": new Uint8Array(
    gzipSync(join(gzip(CSV.slice(0, HALF)), gzip(CSV.slice(HALF))), { level: 0 }),
  ),
  "gzip with zeros after it": join(gzip(CSV), zeros),
  "gzip of two members with zeros after them": join(gzip(CSV.slice(0, 9)), gzip(CSV.slice(9)), zeros),
  "gzip in gzip": gzip(gzip(CSV)),
  "gzip in gzip, each of two members": join(
    gzip(join(gzip(CSV.slice(0, HALF)), gzip(CSV.slice(HALF))).slice(0, 99)),
    gzip(join(gzip(CSV.slice(0, HALF)), gzip(CSV.slice(HALF))).slice(99)),
  ),
  "zip in zip": zip([["a.zip", zip([CSV])]]),
  "zip in zip, stored, with descriptors": zip([["a.zip", zip([CSV], { descriptor: true })]], {
    stored: true,
    descriptor: true,
  }),
  "gzip in zip": zip([["a.csv.gz", gzip(CSV)]]),
  "zip in gzip": gzip(zip([CSV])),
  "zip with folders": zip([
    ["2026/", ""],
    ["2026/11/", ""],
    ["2026/11/a.csv", CSV],
    ["empty/", ""],
  ]),
  "zip with folders and descriptors": zip(
    [
      ["2026/", ""],
      ["2026/a.csv", CSV],
    ],
    { descriptor: true },
  ),
  "zip of macOS": zip(
    [
      ["a.csv", CSV],
      ["__MACOSX/", ""],
      ["__MACOSX/._a.csv", bytesOf("\0\x05\x16\x07")],
      [".DS_Store", bytesOf("Bud1")],
    ],
    { descriptor: true },
  ),
  "zip with the metadata first": zip([
    ["__MACOSX/._a.csv", bytesOf("\0\x05\x16\x07")],
    ["a.csv", CSV],
  ]),
  "zip whose comment contains the signature of an end record": zip([CSV], { comment: "a PK\x05\x06 b" }),
  "zip whose comment is an archive": zip([CSV], { comment: Buffer.from(zip([["b.csv", bytesOf("x")]])).toString() }),
  "zip64 with folders": zip(
    [
      ["a/", ""],
      ["a/b.csv", CSV],
    ],
    { large: true, descriptor: true },
  ),
};

describe("an archive is read", () => {
  for (const [name, bytes] of Object.entries(READABLE)) {
    test(name, async () => {
      for (const size of [53, 4096, 1 << 30]) {
        if (size === 53 && bytes.length > 100_000) continue;
        assert.deepEqual(await collect(parseCsv(inChunks(bytes, size))), ROWS, `chunks of ${size}`);
      }
      const { smsc } = await stubClient(() => new Response(bytes));
      assert.equal(await (await smsc.tasks.download({ id: 1 })).text(), TEXT);
      assert.deepEqual(await collect(smsc.tasks.rows({ id: 1 })), ROWS);
      // The bytes are those of the file.
      assert.deepEqual(await (await smsc.tasks.download({ id: 1 })).bytes(), bytes);
    });
  }
});

describe("without the zlib of Node.js", () => {
  const { getBuiltinModule } = process;
  before(() => {
    process.getBuiltinModule = undefined;
  });
  after(() => {
    process.getBuiltinModule = getBuiltinModule;
  });

  for (const [name, bytes] of Object.entries(READABLE).filter(([name]) => !name.includes("zeros"))) {
    test(name, async () => {
      for (const size of [211, 1 << 30]) {
        assert.deepEqual(await collect(parseCsv(inChunks(bytes, size))), ROWS, `chunks of ${size}`);
      }
    });
  }

  test("a member that is cut off is an error after the rows before", async () => {
    const whole = join(gzip(CSV.slice(0, HALF)), gzip(CSV.slice(HALF)));
    for (const missing of [1, 8, 9, 1000, whole.length >> 1]) {
      const rows = [];
      const read = async () => {
        for await (const row of parseCsv(whole.slice(0, -missing))) rows.push(row);
      };
      await rejectsWith(read(), "bad_response");
      assert.deepEqual(rows, ROWS.slice(0, rows.length));
      assert.ok(rows.length > 2000, `${rows.length} rows`);
    }
  });

  test("a wrong checksum of the first member is an error", async () => {
    const first = gzip(CSV.slice(0, HALF));
    first[first.length - 8] ^= 1;
    await rejectsWith(collect(parseCsv(join(first, gzip(CSV.slice(HALF))))), "bad_response");
  });

  test("a reader that stops ends the source", async () => {
    let isCancelled = false;
    let count = 0;
    const member = gzip(CSV);
    const source = new ReadableStream(
      {
        pull(controller) {
          count += 1;
          controller.enqueue(member);
        },
        cancel() {
          isCancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
    for await (const _ of parseCsv(source)) if (count > 3) break;
    assert.ok(isCancelled);
    assert.ok(count < 8, `${count} members`);
  });
});

const SEVERAL = [
  ["a.csv", bytesOf("a;b\n1;2\n")],
  ["отчёты/b.csv", bytesOf("a;b\n3;4\n")],
  [
    "c.zip",
    zip([
      ["d.csv", bytesOf("a;b\n5;6\n")],
      ["e.csv", bytesOf("a;b\n7;8\n")],
    ]),
  ],
];

describe("a zip archive of several files", () => {
  for (const options of [{}, { descriptor: true }, { stored: true, descriptor: true }, { large: true }]) {
    const archive = zip(SEVERAL, options);
    test(`is read by the path of one: ${JSON.stringify(options)}`, async () => {
      const { smsc } = await stubClient(() => new Response(archive));
      for (const [file, row] of [
        ["a.csv", { a: "1", b: "2" }],
        ["отчёты/b.csv", { a: "3", b: "4" }],
        ["c.zip/d.csv", { a: "5", b: "6" }],
        ["c.zip/e.csv", { a: "7", b: "8" }],
      ]) {
        assert.deepEqual(await collect(parseCsv(inChunks(archive, 7), { file })), [row], file);
        assert.deepEqual(await collect(smsc.tasks.rows({ id: 1 }, { file })), [row]);
        assert.deepEqual(await collect((await smsc.tasks.download({ id: 1 })).rows({ file })), [row]);
        assert.match(
          await (await smsc.tasks.download({ id: 1 })).text({ file }),
          new RegExp(`^a;b\n${row.a};${row.b}\n$`),
        );
      }
    });

    test(`without a path is an error that lists them: ${JSON.stringify(options)}`, async () => {
      const error = await rejectsWith(collect(parseCsv(archive)), "bad_response");
      assert.match(error.message, /several files: "a\.csv", "отчёты\/b\.csv", "c\.zip"\. Select one with `file`/);
      const inner = await rejectsWith(collect(parseCsv(archive, { file: "c.zip" })), "bad_response");
      assert.match(inner.message, /several files: "d\.csv", "e\.csv"/);
    });
  }

  test("the rows of the first file come before the error", async () => {
    const rows = [];
    const read = async () => {
      for await (const row of parseCsv(zip([CSV, bytesOf("a;b\n")]))) rows.push(row);
    };
    await rejectsWith(read(), "bad_response");
    assert.deepEqual(rows, ROWS);
  });

  test("a path that the archive does not have is an error of `file`", async () => {
    for (const file of ["b.csv", "A.csv", "c.zip/a.csv", "отчёты"]) {
      const error = await rejectsWith(collect(parseCsv(zip(SEVERAL), { file })), "invalid_parameter");
      assert.equal(error.parameter, "file");
      assert.match(
        error.message,
        file.startsWith("c.zip") ? /but "d\.csv", "e\.csv"/ : /but "a\.csv", "отчёты\/b\.csv"/,
      );
    }
    for (const read of [(file) => collect(parseCsv("a;b\n1;2", { file })), textOf]) {
      for (const file of [5, {}, []]) {
        assert.equal((await rejectsWith(read(file), "invalid_parameter")).parameter, "file");
      }
    }
  });

  const textOf = async (file) => {
    const { smsc } = await stubClient(() => new Response("a;b\n"));
    return (await smsc.tasks.download({ id: 1 })).text({ file });
  };
});

const sheet = [
  ["[Content_Types].xml", bytesOf("<Types/>")],
  ["xl/workbook.xml", bytesOf("<workbook/>")],
];
const OTHERS = [
  ["xlsx", zip(sheet), /Excel workbook \(\.xlsx\)/],
  ["xlsx with descriptors, in another order", zip([...sheet].reverse(), { descriptor: true }), /\.xlsx/],
  ["xls", join(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1), zeros), /Excel workbook \(\.xls\)/],
  ["7z", join(bytesOf("7z"), Uint8Array.of(0xbc, 0xaf, 0x27, 0x1c), zeros), /7z/],
  ["rar 4", join(bytesOf("Rar!"), Uint8Array.of(0x1a, 7, 0), zeros), /RAR/],
  ["rar 5", join(bytesOf("Rar!"), Uint8Array.of(0x1a, 7, 1, 0), zeros), /RAR/],
  ["bzip2", join(bytesOf("BZh91AY&SY"), zeros), /bzip2/],
  ["xz", join(Uint8Array.of(0xfd), bytesOf("7zXZ\0"), zeros), /xz/],
  ["Zstandard", join(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd), zeros), /Zstandard/],
  ["xlsx in gzip", gzip(zip(sheet)), /\.xlsx/],
  ["7z in zip", zip([join(bytesOf("7z"), Uint8Array.of(0xbc, 0xaf, 0x27, 0x1c), zeros)]), /7z/],
  ["an empty zip", zip([]), /holds no file/],
  ["a zip of folders", zip([["a/", ""]]), /holds no file/],
];

describe("a file that is not read is named", () => {
  for (const [name, bytes, message] of OTHERS) {
    test(name, async () => {
      assert.match((await rejectsWith(collect(parseCsv(bytes)), "bad_response")).message, message);
      const { smsc } = await stubClient(() => new Response(bytes));
      const file = await smsc.tasks.download({ id: 1 });
      assert.match((await rejectsWith(file.text(), "bad_response")).message, message);
    });
  }

  test("an archive that contains archives without end", async () => {
    let bytes = CSV;
    for (let depth = 0; depth < 4; depth++) bytes = gzip(bytes);
    assert.equal((await collect(parseCsv(bytes))).length, ROWS.length);
    const error = await rejectsWith(collect(parseCsv(gzip(bytes))), "bad_response");
    assert.match(error.message, /packed more than 4 times/);
  });
});

test("bytes after gzip that are no gzip are an error", async () => {
  await rejectsWith(collect(parseCsv(join(gzip(CSV), bytesOf("garbage")))), "bad_response");
});

test("a file of an archive that is skipped does not hold up the event loop", async () => {
  const archive = zip(
    [
      ["a.bin", new Uint8Array(200_000_000)],
      ["b.csv", CSV],
    ],
    { stored: true },
  );
  const controller = new AbortController();
  setTimeout(() => controller.abort("enough"), 5);
  const reading = collect(parseCsv(archive, { file: "b.csv", signal: controller.signal }));
  assert.equal((await rejectsWith(reading, "aborted")).cause, "enough");
  assert.equal((await collect(parseCsv(archive, { file: "b.csv" }))).length, ROWS.length);
});
