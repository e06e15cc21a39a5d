/** A task's file: every way to read it, every form that it comes in, every way in which it can fail. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
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
  Uint8Array.from(text, (sign) => CYRILLIC[sign] ?? (CYRILLIC[sign.toLowerCase()] - 32 || sign.charCodeAt(0)));
const bytesOf = (text) => new TextEncoder().encode(text);

/** An account with one file. */
const withFile = (content, more = {}) =>
  setup({ tasks: [{ id: 5, name: "Ноябрь", status: 2, file: "november.csv", content, due: [], ...more }] });
const large = makeCsv(3000, { now: NOW });

describe("a download", () => {
  test("is asked for by id and by name, and knows the file's name, size and type", async () => {
    const { smsc, emulator } = await withFile(CSV);
    for (const which of [{ id: 5 }, { id: "5" }, { id: 5n }, { name: "november.csv" }, { name: "Ноябрь" }]) {
      const file = await smsc.tasks.download(which);
      assert.deepEqual([file.fileName, file.size, file.type], ["november.csv", bytesOf(CSV).length, "text/csv"]);
      assert.equal(await file.text(), CSV);
      const { get_file, id, name } = emulator.requests.at(-1).parameters;
      assert.deepEqual([get_file, id, name], ["1", which.id && String(which.id), which.name]);
    }
  });

  test("does not read the file before it is asked to", async () => {
    let made = 0;
    const content = () =>
      (async function* () {
        for (; made < 1000; made++) yield new Uint8Array(10_000).fill(97);
      })();
    const { smsc } = await withFile(content);
    const file = await smsc.tasks.download({ id: 5 });
    await settle(50);
    assert.ok(made < 5, `${made} pieces were read`);
    assert.equal((await file.bytes()).length, 10_000_000);
  });

  test("reads a name beyond ASCII, and leaves absent what the service does not say", async () => {
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

  test("an empty file is an empty file", async () => {
    const { smsc } = await withFile("");
    assert.equal(await (await smsc.tasks.download({ id: 5 })).text(), "");
    assert.equal((await (await smsc.tasks.download({ id: 5 })).bytes()).length, 0);
    assert.deepEqual(await collect(smsc.tasks.rows({ id: 5 })), []);
    const chunked = await stubClient(() => new Response(null));
    assert.equal(await (await chunked.smsc.tasks.download({ id: 5 })).text(), "");
  });

  test("of a file that is not ready, or not there, is not_found", async () => {
    const { smsc } = await withFile(CSV, { status: 1 });
    for (const which of [{ id: 5 }, { id: 99 }, { name: "x.csv" }]) {
      assert.equal((await rejectsWith(smsc.tasks.download(which), "not_found")).apiCode, 5);
    }
  });

  for (const reply of [
    "ERROR = 5 (task or file not found)",
    "0,-5",
    "<result><error>not found</error><error_code>5</error_code></result>",
    '<?xml version="1.0"?>\n<result><error>not found</error><error_code>5</error_code></result>',
    '{\n"error": "not found",\n"error_code": 5\n}',
    '{"error":"not found","error_code":"5"}',
  ]) {
    test(`an error in place of the file, in one piece or byte by byte: ${JSON.stringify(reply).slice(0, 40)}`, async () => {
      for (const pieces of [[bytesOf(reply)], [...bytesOf(reply)].map((byte) => Uint8Array.of(byte))]) {
        const body = () =>
          new Response(
            new ReadableStream({
              start(controller) {
                for (const piece of pieces) controller.enqueue(piece);
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

  test("a page of HTML in its place is a bad reply", async () => {
    const { smsc, emulator } = await withFile(CSV);
    emulator.faults.push({ kind: "html" });
    await rejectsWith(smsc.tasks.download({ id: 5 }), "bad_reply");
  });

  test("a file that only begins like an error is a file", async () => {
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

  test("stops the download while nobody takes rows", async () => {
    let made = 0;
    const content = () =>
      (async function* () {
        for (; made < 1000; made++) yield bytesOf("a;b\n".repeat(5000));
      })();
    const { smsc } = await withFile(content);
    const rows = smsc.tasks.rows({ id: 5 });
    await rows.next();
    await settle(50);
    assert.ok(made < 6, `${made} pieces were read`);
    await rows.return();
  });

  test("a second time is a clear error, and the first goes on", async () => {
    const ways = ["stream", "bytes", "blob", "text", "rows", "batches"];
    for (const way of ways) {
      const once = await file();
      const first = once[way]();
      for (const again of ways) {
        const second = async () => {
          const result = once[again]();
          return again === "rows" || again === "batches" ? result.next() : result;
        };
        if (way === "rows" || way === "batches") continue;
        assert.match((await rejectsWith(second(), "invalid_parameter")).message, /already/);
      }
      if (way === "stream") await new Response(first).text();
      else if (way === "rows" || way === "batches") await collect(first);
      else await first;
      await rejectsWith((async () => once.text())(), "invalid_parameter");
    }
  });

  test("packed with gzip: as it came by bytes, unpacked by text and rows", async () => {
    const packed = new Uint8Array(gzipSync(CSV));
    assert.deepEqual(await (await file(packed)).bytes(), packed);
    assert.deepEqual(new Uint8Array(await (await (await file(packed)).blob()).arrayBuffer()), packed);
    assert.equal(await (await file(packed)).text(), CSV);
    assert.deepEqual(await collect((await file(packed)).rows()), ROWS);
    const { smsc, emulator } = await withFile(new Uint8Array(gzipSync(large)));
    emulator.faults.push({ chunkBytes: 1 + (large.length % 7) });
    assert.equal((await collect(smsc.tasks.rows({ id: 5 }))).length, 3000);
  });

  test("gzip that breaks off is a bad reply, after the sound rows", async () => {
    const packed = gzipSync(large);
    const rows = (await file(new Uint8Array(packed.subarray(0, packed.length - 500)))).rows();
    const seen = [];
    const error = await rejectsWith(
      (async () => {
        for await (const row of rows) seen.push(row);
      })(),
      "bad_reply",
    );
    assert.equal(error.endpoint, "tasks");
    assert.ok(seen.length > 100, `${seen.length} rows`);
  });

  test("in windows-1251, found out or said", async () => {
    const text = "телефон;текст\n79990000001;Привет\n";
    const rows = [{ телефон: "79990000001", текст: "Привет" }];
    assert.equal(await (await file(to1251(text))).text(), text);
    assert.deepEqual(await collect((await file(to1251(text))).rows()), rows);
    assert.deepEqual(await collect((await file(to1251(text))).rows({ encoding: "windows-1251" })), rows);
    assert.equal(await (await file(to1251(text))).text({ encoding: "windows-1251" }), text);
    assert.equal(await (await file(bytesOf(`\ufeff${text}`))).text(), text);
    assert.deepEqual(await collect((await file(bytesOf(`\ufeff${text}`))).rows()), rows);
  });

  test("one byte at a time is no different", async () => {
    for (const content of [bytesOf(CSV), new Uint8Array(gzipSync(CSV)), to1251('а;б\r\n"в";г\r\n')]) {
      const { smsc, emulator } = await withFile(content);
      const whole = await collect(smsc.tasks.rows({ id: 5 }));
      emulator.faults.push({ chunkBytes: 1 });
      assert.deepEqual(await collect(smsc.tasks.rows({ id: 5 })), whole);
    }
  });

  test("tells its progress, in every way of reading", async () => {
    const { smsc, emulator } = await withFile(large);
    const told = async (read) => {
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
    assert.equal(await told((onProgress) => collect(smsc.tasks.rows({ id: 5 }, { onProgress }))), 3000);
    assert.equal(await told(async (onProgress) => collect((await download()).rows({}, { onProgress }))), 3000);
    assert.equal(await told(async (onProgress) => collect((await download()).batches({ onProgress }))), 3000);
    assert.equal(await told(async (onProgress) => (await download()).text({ onProgress })), 0);
    assert.equal(await told(async (onProgress) => (await download()).bytes({ onProgress })), 0);
    assert.equal(await told(async (onProgress) => (await download()).blob({ onProgress })), 0);
    await told(async (onProgress) => new Response((await download()).stream({ onProgress })).arrayBuffer());
  });
});

describe("the end of a reading", () => {
  const endless = () =>
    (async function* () {
      for (;;) {
        // A network lets others have their turn.
        await settle(1);
        yield bytesOf("a;b\n".repeat(1000));
      }
    })();
  const ended = (emulator) => waitUntil(() => emulator.requests.at(-1).outcome === "aborted");

  test("early, cancels the download: rows, batches, stream and tasks.rows", async () => {
    const { smsc, emulator } = await withFile(endless);
    const download = () => smsc.tasks.download({ id: 5 });
    for await (const _ of smsc.tasks.rows({ id: 5 })) break;
    await ended(emulator);
    for await (const _ of (await download()).rows()) break;
    await ended(emulator);
    for await (const _ of (await download()).batches()) break;
    await ended(emulator);
    const reader = (await download()).stream().getReader();
    await reader.read();
    await reader.cancel();
    await ended(emulator);
    const rows = smsc.tasks.rows({ id: 5 });
    const next = rows.next();
    await rows.return();
    assert.deepEqual(await next, { value: undefined, done: true });
    await ended(emulator);
    assert.deepEqual(await rows.next(), { value: undefined, done: true });
  });

  test("by the download's signal or the reading's own is aborted, with the reason", async () => {
    const { smsc, emulator } = await withFile(endless);
    const ways = {
      rows: (file, options) => collect(file.rows({}, options)),
      batches: (file, options) => collect(file.batches({}, options)),
      text: (file, options) => file.text(options),
      bytes: (file, options) => file.bytes(options),
      blob: (file, options) => file.blob(options),
      stream: (file, options) => new Response(file.stream(options)).arrayBuffer(),
    };
    for (const [name, read] of Object.entries(ways)) {
      for (const own of [true, false]) {
        const control = new AbortController();
        const { signal } = control;
        const file = await smsc.tasks.download({ id: 5 }, own ? {} : { signal });
        const reading = rejectsWith(read(file, own ? { signal } : {}), "aborted");
        await settle();
        control.abort("enough");
        const error = await reading;
        assert.deepEqual([error.cause, error.endpoint], ["enough", "tasks"], name);
        await ended(emulator);
      }
    }
    const control = new AbortController();
    const reading = rejectsWith(collect(smsc.tasks.rows({ id: 5 }, { signal: control.signal })), "aborted");
    await waitUntil(() => emulator.requests.at(-1).outcome === "under way");
    await settle();
    control.abort(null);
    assert.equal((await reading).cause, control.signal.reason);
    await ended(emulator);
  });

  test("by a connection that breaks, is `connection`, after the sound rows", async () => {
    const { smsc, emulator } = await withFile(large);
    emulator.faults.push({ cut: 200_000, chunkBytes: 10_000 });
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

  test("by a quote that is never closed, is a bad reply, after the sound rows", async () => {
    const { smsc } = await withFile('a;b\n1;2\n3;"4\n5;6\n');
    const rows = smsc.tasks.rows({ id: 5 });
    assert.deepEqual((await rows.next()).value, { a: "1", b: "2" });
    const error = await rejectsWith(collect(rows), "bad_reply");
    assert.equal(error.endpoint, "tasks");
  });
});
