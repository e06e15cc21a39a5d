/** A task's file: every method of reading, encodings and compression, and failures. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { parseCsv } from "smsc-wasm";
import { makeCsv } from "smsc-wasm/testing";
import { collect, NOW, rejectsWith, settle, setup, stubClient, waitUntil } from "./support/account.mjs";

const CSV = 'phone;message\r\n79990000001;"Привет; ""мир"""\r\n79990000002;"две\r\nстроки"\r\n';
const ROWS = [
  { phone: "79990000001", message: 'Привет; "мир"' },
  { phone: "79990000002", message: "две\r\nстроки" },
];
const CYRILLIC = Object.fromEntries(
  [..."абвгдежзийклмнопрстуфхцчшщъыьэюя"].map((letter, index) => [letter, 0xe0 + index]),
);
const to1251 = (text) =>
  Uint8Array.from(
    text,
    (character) => CYRILLIC[character] ?? (CYRILLIC[character.toLowerCase()] - 32 || character.charCodeAt(0)),
  );
const bytesOf = (text) => new TextEncoder().encode(text);

/** An account with one file. */
const withFile = (content, more = {}) =>
  setup({ tasks: [{ id: 5, name: "Ноябрь", status: 2, file: "november.csv", content, due: [], ...more }] });
const large = makeCsv(3000, { now: NOW });

describe("a download", () => {
  test("is requested by id or name, and has the file's name, size and type", async () => {
    const { smsc, emulator } = await withFile(CSV);
    for (const query of [{ id: 5 }, { id: "5" }, { id: 5n }, { name: "november.csv" }]) {
      const file = await smsc.tasks.download(query);
      assert.deepEqual([file.fileName, file.size, file.type], ["november.csv", bytesOf(CSV).length, "text/csv"]);
      assert.equal(await file.text(), CSV);
      const { get_file, id, name } = emulator.requests.at(-1).parameters;
      assert.deepEqual([get_file, id, name], ["1", query.id && String(query.id), query.name]);
    }
  });

  test("does not read the body in advance", async () => {
    let chunks = 0;
    const content = () =>
      (async function* () {
        for (; chunks < 1000; chunks++) yield new Uint8Array(10_000).fill(97);
      })();
    const { smsc } = await withFile(content);
    const file = await smsc.tasks.download({ id: 5 });
    await settle(50);
    assert.ok(chunks < 5, `${chunks} chunks were read`);
    assert.equal((await file.bytes()).length, 10_000_000);
  });

  test("decodes a non-ASCII file name, and omits missing values", async () => {
    const named = async (disposition) => {
      const headers = new Headers();
      if (disposition) headers.set("content-disposition", disposition);
      const { smsc } = await stubClient(() => new Response(new Blob(["a"]).stream(), { headers }));
      return smsc.tasks.download({ id: 5 });
    };
    assert.equal(
      (await named("attachment; filename*=UTF-8''%D0%9D%D0%BE%D1%8F.csv; filename=x.csv")).fileName,
      "Ноя.csv",
    );
    assert.equal((await named('attachment; filename="a \\"b\\".csv"')).fileName, 'a "b".csv');
    assert.equal((await named("attachment; filename=plain.csv")).fileName, "plain.csv");
    const bare = await named();
    assert.deepEqual([bare.fileName, bare.size], [undefined, undefined]);
  });

  test("an empty file has no content and no rows", async () => {
    const { smsc } = await withFile("");
    assert.equal(await (await smsc.tasks.download({ id: 5 })).text(), "");
    assert.equal((await (await smsc.tasks.download({ id: 5 })).bytes()).length, 0);
    assert.deepEqual(await collect(smsc.tasks.rows({ id: 5 })), []);
    const chunked = await stubClient(() => new Response(null));
    assert.equal(await (await chunked.smsc.tasks.download({ id: 5 })).text(), "");
  });

  test("of a file that is not ready or does not exist is not_found", async () => {
    const { smsc } = await withFile(CSV, { status: 1 });
    for (const query of [{ id: 5 }, { id: 99 }, { name: "x.csv" }]) {
      assert.equal((await rejectsWith(smsc.tasks.download(query), "not_found")).apiCode, 5);
    }
  });

  for (const response of [
    "ERROR = 5 (task or file not found)",
    "0,-5",
    "<result><error>not found</error><error_code>5</error_code></result>",
    '<?xml version="1.0"?>\n<result><error>not found</error><error_code>5</error_code></result>',
    '{\n"error": "not found",\n"error_code": 5\n}',
    '{"error":"not found","error_code":"5"}',
  ]) {
    test(`an error instead of the file, in one chunk or byte by byte: ${JSON.stringify(response).slice(0, 40)}`, async () => {
      for (const chunks of [[bytesOf(response)], [...bytesOf(response)].map((byte) => Uint8Array.of(byte))]) {
        const body = () =>
          new Response(
            new ReadableStream({
              start(controller) {
                for (const chunk of chunks) controller.enqueue(chunk);
                controller.close();
              },
            }),
          );
        const { smsc } = await stubClient(body);
        assert.equal((await rejectsWith(smsc.tasks.download({ id: 5 }), "not_found")).apiCode, 5);
        await rejectsWith(collect(smsc.tasks.rows({ id: 5 })), "not_found");
      }
    });
  }

  test("an HTML page instead of the file is bad_response", async () => {
    const { smsc, emulator } = await withFile(CSV);
    emulator.faults.push({ kind: "html" });
    await rejectsWith(smsc.tasks.download({ id: 5 }), "bad_response");
  });

  test("a file that begins like an error is a file", async () => {
    for (const text of [
      "ERROR;code\n1;2\n",
      "0,-5,7\n1,2,3\n",
      "{a};b\n1;2\n",
      "<b>;c\n1;2\n",
      "ERROR = nothing\n",
      "[x]\n",
    ]) {
      const { smsc } = await withFile(text);
      assert.equal(await (await smsc.tasks.download({ id: 5 })).text(), text);
    }
  });
});

describe("reading", () => {
  const file = async (content = CSV) => (await withFile(content)).smsc.tasks.download({ id: 5 });

  test("as stream, bytes, blob and text", async () => {
    assert.equal(await new Response((await file()).stream()).text(), CSV);
    const bytes = await (await file()).bytes();
    assert.ok(bytes instanceof Uint8Array);
    assert.deepEqual(bytes, bytesOf(CSV));
    const blob = await (await file()).blob();
    assert.ok(blob instanceof Blob);
    assert.deepEqual([blob.type, await blob.text()], ["text/csv", CSV]);
    assert.equal(await (await file()).text(), CSV);
  });

  test("by rows and by batches of rows", async () => {
    assert.deepEqual(await collect((await file()).rows()), ROWS);
    const batches = await collect((await file(large)).batches());
    assert.ok(batches.every((batch) => Array.isArray(batch) && batch.length > 0));
    const rows = await collect((await file(large)).rows());
    assert.equal(rows.length, 3000);
    assert.deepEqual(batches.flat(), rows);
    const { smsc } = await withFile(large);
    assert.deepEqual(await collect(smsc.tasks.rows({ id: 5 })), rows);
    assert.deepEqual(await collect(smsc.tasks.rows({ name: "november.csv" })), rows);
  });

  test("pauses the download while no rows are read", async () => {
    let chunks = 0;
    const content = () =>
      (async function* () {
        for (; chunks < 1000; chunks++) yield bytesOf("a;b\n".repeat(5000));
      })();
    const { smsc } = await withFile(content);
    const rows = smsc.tasks.rows({ id: 5 });
    await rows.next();
    await settle(50);
    assert.ok(chunks < 6, `${chunks} chunks were read`);
    await rows.return();
  });

  test("a second time is an error, and the first continues", async () => {
    const methods = ["stream", "bytes", "blob", "text", "rows", "batches"];
    for (const method of methods) {
      const once = await file();
      const first = once[method]();
      for (const again of methods) {
        const second = async () => {
          const result = once[again]();
          return again === "rows" || again === "batches" ? result.next() : result;
        };
        if (method === "rows" || method === "batches") continue;
        assert.match((await rejectsWith(second(), "invalid_parameter")).message, /already/);
      }
      if (method === "stream") await new Response(first).text();
      else if (method === "rows" || method === "batches") await collect(first);
      else await first;
      await rejectsWith((async () => once.text())(), "invalid_parameter");
    }
  });

  test("gzip: unchanged by bytes and blob, decompressed by text and rows", async () => {
    const compressed = new Uint8Array(gzipSync(CSV));
    assert.deepEqual(await (await file(compressed)).bytes(), compressed);
    assert.deepEqual(new Uint8Array(await (await (await file(compressed)).blob()).arrayBuffer()), compressed);
    assert.equal(await (await file(compressed)).text(), CSV);
    assert.deepEqual(await collect((await file(compressed)).rows()), ROWS);
    const { smsc, emulator } = await withFile(new Uint8Array(gzipSync(large)));
    emulator.faults.push({ chunkBytes: 1 + (large.length % 7) });
    assert.equal((await collect(smsc.tasks.rows({ id: 5 }))).length, 3000);
  });

  test("truncated gzip is bad_response, after the valid rows", async () => {
    const compressed = gzipSync(large);
    const rows = (await file(new Uint8Array(compressed.subarray(0, compressed.length - 500)))).rows();
    const seen = [];
    const error = await rejectsWith(
      (async () => {
        for await (const row of rows) seen.push(row);
      })(),
      "bad_response",
    );
    assert.equal(error.endpoint, "tasks");
    assert.ok(seen.length > 100, `${seen.length} rows`);
  });

  test("in windows-1251, detected or given", async () => {
    const text = "телефон;текст\n79990000001;Привет\n";
    const rows = [{ телефон: "79990000001", текст: "Привет" }];
    assert.equal(await (await file(to1251(text))).text(), text);
    assert.deepEqual(await collect((await file(to1251(text))).rows()), rows);
    assert.deepEqual(await collect((await file(to1251(text))).rows({ encoding: "windows-1251" })), rows);
    assert.equal(await (await file(to1251(text))).text({ encoding: "windows-1251" }), text);
    assert.equal(await (await file(bytesOf(`\ufeff${text}`))).text(), text);
    assert.deepEqual(await collect((await file(bytesOf(`\ufeff${text}`))).rows()), rows);
  });

  test("byte by byte gives the same rows", async () => {
    for (const content of [bytesOf(CSV), new Uint8Array(gzipSync(CSV)), to1251('а;б\r\n"в";г\r\n')]) {
      const { smsc, emulator } = await withFile(content);
      const expected = await collect(smsc.tasks.rows({ id: 5 }));
      emulator.faults.push({ chunkBytes: 1 });
      assert.deepEqual(await collect(smsc.tasks.rows({ id: 5 })), expected);
    }
  });

  test("reports progress, with every method", async () => {
    const { smsc, emulator } = await withFile(large);
    const readWithProgress = async (read) => {
      const reports = [];
      emulator.faults.push({ chunkBytes: 50_000 });
      await read((progress) => reports.push(progress));
      assert.ok(reports.length > 2, `${reports.length} reports`);
      reports.forEach(({ bytes, total }, index) => {
        assert.equal(total, large.length);
        assert.ok(bytes >= (reports[index - 1]?.bytes ?? 0));
      });
      assert.equal(reports.at(-1).bytes, large.length);
      return reports.at(-1).rows;
    };
    const download = () => smsc.tasks.download({ id: 5 });
    assert.equal(await readWithProgress((onProgress) => collect(smsc.tasks.rows({ id: 5 }, { onProgress }))), 3000);
    assert.equal(await readWithProgress(async (onProgress) => collect((await download()).rows({ onProgress }))), 3000);
    assert.equal(
      await readWithProgress(async (onProgress) => collect((await download()).batches({ onProgress }))),
      3000,
    );
    assert.equal(await readWithProgress(async (onProgress) => (await download()).text({ onProgress })), 0);
    assert.equal(await readWithProgress(async (onProgress) => (await download()).bytes({ onProgress })), 0);
    assert.equal(await readWithProgress(async (onProgress) => (await download()).blob({ onProgress })), 0);
    await readWithProgress(async (onProgress) => new Response((await download()).stream({ onProgress })).arrayBuffer());
  });
});

describe("the end of reading", () => {
  const endless = () =>
    (async function* () {
      for (;;) {
        // Yield, as a network does.
        await settle(1);
        yield bytesOf("a;b\n".repeat(1000));
      }
    })();
  const aborted = (emulator) => waitUntil(() => emulator.requests.at(-1).outcome === "aborted");

  test("early, cancels the download: rows, batches, stream and tasks.rows", async () => {
    const { smsc, emulator } = await withFile(endless);
    const download = () => smsc.tasks.download({ id: 5 });
    for await (const _ of smsc.tasks.rows({ id: 5 })) break;
    await aborted(emulator);
    for await (const _ of (await download()).rows()) break;
    await aborted(emulator);
    for await (const _ of (await download()).batches()) break;
    await aborted(emulator);
    const reader = (await download()).stream().getReader();
    await reader.read();
    await reader.cancel();
    await aborted(emulator);
    const rows = smsc.tasks.rows({ id: 5 });
    const next = rows.next();
    await rows.return();
    assert.deepEqual(await next, { value: undefined, done: true });
    await aborted(emulator);
    assert.deepEqual(await rows.next(), { value: undefined, done: true });
  });

  test("by an onProgress that throws cancels the download, with every method", async () => {
    const { smsc, emulator } = await withFile(endless);
    const thrown = new Error("stop");
    const onProgress = () => {
      throw thrown;
    };
    const methods = {
      rows: (file) => collect(file.rows({ onProgress })),
      batches: (file) => collect(file.batches({ onProgress })),
      text: (file) => file.text({ onProgress }),
      bytes: (file) => file.bytes({ onProgress }),
      blob: (file) => file.blob({ onProgress }),
      stream: (file) => file.stream({ onProgress }).getReader().read(),
    };
    for (const [name, read] of Object.entries(methods)) {
      const file = await smsc.tasks.download({ id: 5 });
      await assert.rejects(read(file), (error) => error === thrown, name);
      await aborted(emulator);
    }
    // Its own error, and not one that says that the archive is broken.
    const { smsc: zipped } = await withFile(new Uint8Array(gzipSync(large)));
    for (const name of ["rows", "batches", "text"]) {
      const file = await zipped.tasks.download({ id: 5 });
      await assert.rejects(methods[name](file), (error) => error === thrown, name);
    }
  });

  test("wrong options are named before anything is read", async () => {
    const { smsc } = await withFile(CSV);
    for (const [options, parameter] of [
      [{ onProgress: 5 }, "onProgress"],
      [{ signal: 5 }, "signal"],
    ]) {
      for (const read of [
        (file) => collect(file.rows(options)),
        (file) => collect(file.batches(options)),
        async (file) => file.bytes(options),
        async (file) => file.stream(options),
        (file) => file.text(options),
      ]) {
        const file = await smsc.tasks.download({ id: 5 });
        assert.equal((await rejectsWith(read(file), "invalid_option")).parameter, parameter);
        assert.equal(await file.text(), CSV);
      }
      assert.equal((await rejectsWith(collect(parseCsv("a;b", options)), "invalid_option")).parameter, parameter);
    }
  });

  test("onProgress of the download holds for every way to read it", async () => {
    const { smsc } = await withFile(CSV);
    for (const read of [
      (file) => collect(file.rows()),
      (file) => file.bytes(),
      (file) => file.text(),
      (file) => new Response(file.stream()).text(),
    ]) {
      const reports = [];
      await read(await smsc.tasks.download({ id: 5 }, { onProgress: ({ bytes }) => reports.push(bytes) }));
      assert.equal(reports.at(-1), bytesOf(CSV).length);
    }
  });

  test("by an unknown encoding cancels the download", async () => {
    const { smsc, emulator } = await withFile(endless);
    const file = await smsc.tasks.download({ id: 5 });
    const error = await rejectsWith(file.text({ encoding: "morse" }), "invalid_parameter");
    assert.equal(error.parameter, "encoding");
    assert.match(error.message, /^`encoding` takes "utf-8", "windows-1251", "koi8-r"/);
    await aborted(emulator);
  });

  test("by the signal of the download or of the reading is aborted, with the reason", async () => {
    const { smsc, emulator } = await withFile(endless);
    const methods = {
      rows: (file, options) => collect(file.rows(options)),
      batches: (file, options) => collect(file.batches(options)),
      text: (file, options) => file.text(options),
      bytes: (file, options) => file.bytes(options),
      blob: (file, options) => file.blob(options),
      stream: (file, options) => new Response(file.stream(options)).arrayBuffer(),
    };
    for (const [name, read] of Object.entries(methods)) {
      for (const inReading of [true, false]) {
        const controller = new AbortController();
        const { signal } = controller;
        const file = await smsc.tasks.download({ id: 5 }, inReading ? {} : { signal });
        const reading = rejectsWith(read(file, inReading ? { signal } : {}), "aborted");
        await settle();
        controller.abort("enough");
        const error = await reading;
        assert.deepEqual([error.cause, error.endpoint], ["enough", "tasks"], name);
        await aborted(emulator);
      }
    }
    const controller = new AbortController();
    const reading = rejectsWith(collect(smsc.tasks.rows({ id: 5 }, { signal: controller.signal })), "aborted");
    await waitUntil(() => emulator.requests.at(-1).outcome === "in flight");
    await settle();
    controller.abort(null);
    assert.equal((await reading).cause, controller.signal.reason);
    await aborted(emulator);
  });

  test("by an abort gives no row of the rest of the piece", async () => {
    const { smsc } = await withFile(large);
    for (const [name, open] of Object.entries({
      "tasks.rows": (options) => smsc.tasks.rows({ id: 5 }, options),
      "tasks.messages": (options) => smsc.tasks.messages({ id: 5 }, options),
      "file.rows": async (options) => (await smsc.tasks.download({ id: 5 })).rows(options),
      "file.rows of a download": async (options) => (await smsc.tasks.download({ id: 5 }, options)).rows(),
      "file.messages": async (options) => (await smsc.tasks.download({ id: 5 })).messages(options),
    })) {
      const controller = new AbortController();
      let rows = 0;
      const reading = async () => {
        for await (const _ of await open({ signal: controller.signal })) if (++rows === 10) controller.abort("enough");
      };
      const error = await rejectsWith(reading(), "aborted");
      assert.deepEqual([error.cause, error.endpoint, rows], ["enough", "tasks", 10], name);
    }
  });

  test("by a lost connection is `connection`, after the valid rows", async () => {
    const { smsc, emulator } = await withFile(large);
    emulator.faults.push({ truncateAfter: 200_000, chunkBytes: 10_000 });
    const seen = [];
    const error = await rejectsWith(
      (async () => {
        for await (const row of smsc.tasks.rows({ id: 5 })) seen.push(row);
      })(),
      "connection",
    );
    assert.equal(error.endpoint, "tasks");
    assert.ok(seen.length > 100);
    assert.ok(error.cause instanceof Error);
  });

  test("by an unclosed quote is bad_response, after the valid rows", async () => {
    const { smsc } = await withFile('a;b\n1;2\n3;"4\n5;6\n');
    const rows = smsc.tasks.rows({ id: 5 });
    assert.deepEqual((await rows.next()).value, { a: "1", b: "2" });
    const error = await rejectsWith(collect(rows), "bad_response");
    assert.equal(error.endpoint, "tasks");
  });
});
