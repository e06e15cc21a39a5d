/** Columns, NDJSON and rows of files that no program writes: they have the same values, and end with the same error. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { parseCsv } from "smsc-wasm";
import { chunkStream, damagedFile, encodeWindows1251 } from "./support/bulk.mjs";
import { createRandom } from "./support/requests.mjs";

/** The items, and the message of the error after them. */
async function read(items) {
  const list = [];
  try {
    for await (const item of items) list.push(item);
  } catch (error) {
    assert.equal(error.code, "bad_response");
    return { list, error: error.message };
  }
  return { list, error: undefined };
}

/** The rows and the error of a file, which its columns and its lines have, too. */
async function readAll(source, options, note) {
  const rows = await read(parseCsv(source(), options));
  const lines = await read(parseCsv.ndjson(source(), options));
  const batches = await read(parseCsv.columns(source(), options));
  assert.deepEqual([lines.error, batches.error], [rows.error, rows.error], note);
  const json = lines.list.map((chunk) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(chunk));
  assert.equal(json.join(""), rows.list.map((row) => `${JSON.stringify(row)}\n`).join(""), note);
  let first = 0;
  for (const { length, columns } of batches.list) {
    const part = rows.list.slice(first, first + length);
    assert.equal(part.length, length, note);
    for (const name of Object.keys(columns))
      assert.deepEqual(
        columns[name],
        part.map((row) => (Object.hasOwn(row, name) ? row[name] : "")),
        note,
      );
    first += length;
  }
  assert.equal(first, rows.list.length, note);
  return rows;
}

const bytesOf = (...parts) =>
  Uint8Array.from(parts.flatMap((part) => [...(typeof part === "string" ? new TextEncoder().encode(part) : part)]));

describe("columns, lines and rows of a file are the same", () => {
  test("random bytes, whole and with a source that fails", async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const { bytes, size, options } = damagedFile(createRandom(seed));
      const note = `seed ${seed}`;
      const rows = await readAll(() => chunkStream(bytes, size), options, note);
      const failure = new Error("the disk failed");
      const before = await readAll(() => chunkStream(bytes, size, { failure }), options, note);
      // The end of a file completes its last row.
      const isComplete = [10, 13].includes(bytes.at(-1)) && !options.encoding?.startsWith("utf-16");
      const missing = rows.list.length - before.list.length;
      assert.ok(missing === 0 || (missing === 1 && !isComplete), note);
    }
  });

  test("invalid bytes on both sides of a quote do not become a character", async () => {
    const file = bytesOf('a;b\n"', [0xd0], '"', [0x90], ';"x""', [0xd0], '"', [0x90], "\n");
    for (const size of [1, 100]) {
      const { list } = await readAll(() => chunkStream(file, size), { encoding: "utf-8" });
      assert.deepEqual(list, [{ a: "\ufffd\ufffd", b: 'x"\ufffd\ufffd' }]);
    }
  });

  test("a charset that changes between two rows, and within a value", async () => {
    const other = encodeWindows1251("3;Привет мир и люди\n".repeat(300));
    const inValue = bytesOf(
      'a;b\n1;"Привет',
      "x".repeat(5000),
      encodeWindows1251("Привет мир и люди".repeat(20)),
      '"\n',
      other,
    );
    for (const size of [1000, 100_000]) {
      const { list } = await readAll(
        () => chunkStream(bytesOf("a;b\n1;Привет\n", "1;2\n".repeat(1500), other), size),
        {},
      );
      assert.deepEqual([list[0].b, list.at(-1).b], ["Привет", "Привет мир и люди"]);
      const [row] = (await readAll(() => chunkStream(inValue, size), {})).list;
      assert.equal(row.b, `Привет${"x".repeat(5000)}${"Привет мир и люди".repeat(20)}`);
    }
  });
});

describe("all complete rows come before a failure of the source", () => {
  const failure = new Error("the disk failed");

  test("while the charset is not known", async () => {
    const text = `Телефон;Текст\n${"1;2\n".repeat(100)}`;
    for (const file of [bytesOf(text, "3;неп"), encodeWindows1251(`${text}3;неп`), bytesOf(text, "3;", [0xd0])]) {
      const { list, error } = await readAll(() => chunkStream(file, 100, { failure }), {});
      assert.deepEqual([list.length, list[0]], [100, { Телефон: "1", Текст: "2" }]);
      assert.match(error, /source failed/);
    }
    const ascii = "a;b\n1;2\n".repeat(3000);
    const { list } = await readAll(() => chunkStream(bytesOf(ascii, "1;я\n1;2\n"), 24_000, { failure }), {});
    assert.equal(list.length, 6001);
  });

  test("within the first ten bytes", async () => {
    const { list } = await readAll(() => chunkStream(bytesOf("a;b\n1;2\n"), 1, { failure }), {});
    assert.deepEqual(list, [{ a: "1", b: "2" }]);
  });

  test("an exception of onProgress is passed on as it is, whatever it is", async () => {
    for (const fault of [undefined, null, "mine"]) {
      const onProgress = () => {
        throw fault;
      };
      for (const items of [parseCsv("a;b\n1;2\n", { onProgress }), parseCsv.columns("a;b\n1;2\n", { onProgress })]) {
        const next = async () => {
          for await (const _ of items);
        };
        await assert.rejects(next(), (error) => error === fault);
      }
    }
  });

  const { getBuiltinModule } = process;
  const text = `a;b\n${Array.from({ length: 20_000 }, (_, row) => `${row};${Math.sin(row)}\n`).join("")}`;
  const whole = new Uint8Array(gzipSync(text));
  const part = whole.subarray(0, whole.length >> 1);
  for (const has of [true, false]) {
    test(`in gzip, read slowly, ${has ? "with" : "without"} the zlib of Node.js`, async (t) => {
      if (!has) {
        process.getBuiltinModule = undefined;
        t.after(() => {
          process.getBuiltinModule = getBuiltinModule;
        });
      }
      const count = async (source) => {
        let lines = 0;
        await assert.rejects(
          async () => {
            for await (const chunk of parseCsv.ndjson(source)) {
              lines += new TextDecoder().decode(chunk).split("\n").length - 1;
              await new Promise((resolve) => setTimeout(resolve, 5));
            }
          },
          { code: "bad_response" },
        );
        return lines;
      };
      const counts = [];
      for (const options of [{}, { failure }])
        for (const size of [8192, 1 << 20]) counts.push(await count(chunkStream(part, size, options)));
      // The decoder reads on up to the last byte.
      assert.deepEqual([...new Set(counts)], [counts[0]]);
      assert.ok(counts[0] > 9000, String(counts[0]));
    });
  }
});
