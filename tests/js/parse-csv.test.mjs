/** `parseCsv` of every type of source. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { parseCsv } from "smsc-wasm";
import { collect, rejectsWith, settle } from "./support/account.mjs";

const TEXT = 'Телефон;Текст\n79991234567;"а; б"\n79991234568;в\n';
const BYTES = new TextEncoder().encode(TEXT);
const ROWS = [
  { Телефон: "79991234567", Текст: "а; б" },
  { Телефон: "79991234568", Текст: "в" },
];

/** A stream of single bytes. */
const byteStream = () =>
  new ReadableStream({
    start(controller) {
      for (const byte of BYTES) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });

for (const [name, source] of [
  ["a string", () => TEXT],
  ["bytes", () => BYTES],
  ["gzip bytes", () => new Uint8Array(gzipSync(BYTES))],
  ["a Blob", () => new Blob([BYTES])],
  ["a Response", () => new Response(BYTES)],
  ["a stream of single bytes", byteStream],
]) {
  test(name, async () => assert.deepEqual(await collect(parseCsv(source())), ROWS));
}

/** A stream of pieces of text, one of which ends inside a surrogate pair. */
const textStream = (text = TEXT, size = 5) =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < text.length; at += size) controller.enqueue(text.slice(at, at + size));
      controller.close();
    },
  });
const foreign = (source) => runInNewContext(source, { bytes: [...BYTES] });

for (const [name, source] of [
  ["an ArrayBuffer", () => BYTES.slice().buffer],
  ["a DataView", () => new DataView(BYTES.slice().buffer)],
  ["a part of a Buffer", () => Buffer.from(`xx${TEXT}yy`).subarray(2, 2 + BYTES.length)],
  ["a stream of text", () => textStream()],
  ["a stream of a TextDecoderStream", () => byteStream().pipeThrough(new TextDecoderStream())],
  ["a stream of Node.js", () => Readable.from([BYTES.subarray(0, 9), BYTES.subarray(9)])],
  ["a stream of ArrayBuffers", () => ReadableStream.from([BYTES.slice(0, 9).buffer, BYTES.slice(9).buffer])],
  ["bytes of another realm", () => foreign("Uint8Array.from(bytes)")],
  ["a buffer of another realm", () => foreign("Uint8Array.from(bytes).buffer")],
  ["a stream of bytes of another realm", () => ReadableStream.from([foreign("Uint8Array.from(bytes)")])],
  ["a Blob without `stream`", () => ({ arrayBuffer: async () => BYTES.slice().buffer })],
]) {
  test(name, async () => assert.deepEqual(await collect(parseCsv(source())), ROWS));
}

test("a stream of text ignores `encoding`, and keeps surrogate pairs", async () => {
  const text = "a;b\n😀😀;я\n";
  for (const size of [1, 2, 3, 5]) {
    const rows = await collect(parseCsv(textStream(text, size), { encoding: "windows-1251" }));
    assert.deepEqual(rows, [{ a: "😀😀", b: "я" }]);
  }
  assert.deepEqual(await collect(parseCsv(textStream("a;b\n1;x\ud83d", 1))), [{ a: "1", b: "x\ufffd" }]);
});

test("a source that was read before or fails is an SmscError with the cause", async () => {
  const response = new Response(BYTES);
  await response.text();
  const locked = byteStream();
  locked.getReader();
  for (const source of [response, locked]) {
    const error = await rejectsWith(collect(parseCsv(source)), "invalid_parameter");
    assert.equal(error.parameter, "source");
    assert.match(error.message, /read before/);
  }
  const failure = new Error("disk");
  for (const first of [[], [BYTES]]) {
    let chunks = [...first];
    const failing = () =>
      new ReadableStream({
        pull(controller) {
          if (chunks.length > 0) controller.enqueue(chunks.shift());
          else controller.error(failure);
        },
      });
    for (const source of [failing(), Readable.from(failing())]) {
      chunks = [...first];
      const rows = [];
      const reading = async () => {
        for await (const row of parseCsv(source)) rows.push(row);
      };
      const error = await rejectsWith(reading(), "bad_response");
      assert.equal(error.cause, failure);
    }
  }
  const numbers = await rejectsWith(collect(parseCsv(ReadableStream.from([5]))), "invalid_parameter");
  assert.match(numbers.message, /number/);
});

test("an iterable whose return throws ends without an error", async () => {
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ value: "a;b\n1;2\n".repeat(30_000), done: false }),
      return() {
        throw new Error("mine");
      },
    }),
  };
  const rows = parseCsv(source);
  await rows.next();
  assert.deepEqual(await rows.return(), { value: undefined, done: true });
  // An unhandled rejection would fail the test.
  const reader = parseCsv.ndjson(source).getReader();
  await reader.read();
  await reader.cancel();
  await settle(1);
});

test("an iterator that gives nothing is an error of the package", async () => {
  for (const nothing of [undefined, null]) {
    const source = { [Symbol.asyncIterator]: () => ({ next: async () => nothing }) };
    const error = await rejectsWith(parseCsv(source).next(), "invalid_parameter");
    assert.equal(error.parameter, "source");
  }
});

test("bytes that were transferred are an error of the package", async () => {
  const bytes = new TextEncoder().encode(`a;b\n${"1;2\n".repeat(50_000)}`);
  const rows = parseCsv(bytes);
  await rows.next();
  structuredClone(bytes, { transfer: [bytes.buffer] });
  assert.ok((await rejectsWith(collect(rows), "bad_response")).cause instanceof TypeError);
  for (const source of [bytes, bytes.buffer, ReadableStream.from([bytes])]) {
    const error = await rejectsWith(collect(parseCsv(source)), "invalid_parameter");
    assert.equal(error.parameter, "source");
    assert.match(error.message, /transferred/);
  }
});

test("a Response without a body has no rows", async () => {
  assert.deepEqual(await collect(parseCsv(new Response(null, { status: 204 }))), []);
});

test("other types are rejected as `source`", async () => {
  for (const wrong of [undefined, null, 5, {}]) {
    const error = await rejectsWith(collect(parseCsv(wrong)), "invalid_parameter");
    assert.equal(error.parameter, "source");
  }
});

test("a long string is read in chunks that keep surrogate pairs intact", async () => {
  const text = `a;b\n${"😀;я\n".repeat(40_000)}`;
  const rows = await collect(parseCsv(text));
  assert.equal(rows.length, 40_000);
  assert.ok(rows.every((row) => row.a === "😀" && row.b === "я"));
});

test("no row comes after an abort, although the piece has more", async () => {
  const text = `a\n${"1\n".repeat(20_000)}`;
  for (const after of [1, 10, 19_999]) {
    const controller = new AbortController();
    let rows = 0;
    const reading = async () => {
      for await (const _ of parseCsv(text, { signal: controller.signal }))
        if (++rows === after) controller.abort("enough");
    };
    assert.equal((await rejectsWith(reading(), "aborted")).cause, "enough");
    assert.equal(rows, after);
  }
});

test("an abort in `onProgress` is an error, and not the end of the rows", async () => {
  const text = `a\n${"1\n".repeat(100_000)}`;
  for (const read of [parseCsv, parseCsv.messages, parseCsv.columns, parseCsv.ndjson]) {
    for (const source of [text, gzipSync(text, { level: 0 })]) {
      for (const last of [1, 3]) {
        const controller = new AbortController();
        let [reports, rows, given] = [0, 0, 0];
        const onProgress = (progress) => {
          if (++reports === last) controller.abort("enough");
          else given = progress.rows;
        };
        const reading = async () => {
          for await (const _ of read(source, { signal: controller.signal, onProgress })) rows++;
        };
        assert.equal((await rejectsWith(reading(), "aborted")).cause, "enough");
        assert.equal(reports, last);
        if (read === parseCsv) assert.equal(rows, given);
      }
    }
  }
});

test("reports its progress, and ends on abort", async () => {
  const reports = [];
  const large = new TextEncoder().encode(`a;b\n${"1;2\n".repeat(100_000)}`);
  assert.equal((await collect(parseCsv(large, { onProgress: (progress) => reports.push(progress) }))).length, 100_000);
  assert.deepEqual(reports.at(-1), { bytes: large.length, rows: 100_000, total: large.length });
  assert.ok(reports.length > 3);
  let cancelled;
  const endless = new ReadableStream({
    async pull(controller) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      controller.enqueue(large.subarray(0, 40_000));
    },
    cancel: (reason) => {
      cancelled = [reason];
    },
  });
  const controller = new AbortController();
  const error = await rejectsWith(
    (async () => {
      for await (const _ of parseCsv(endless, { signal: controller.signal })) controller.abort("enough");
    })(),
    "aborted",
  );
  assert.equal(error.cause, "enough");
  assert.ok(cancelled);
});

test("an early end cancels the stream, and reading pauses with the consumer", async () => {
  let pulled = 0;
  let cancelled = false;
  const stream = new ReadableStream(
    {
      pull(controller) {
        pulled++;
        controller.enqueue(new TextEncoder().encode("a;b\n".repeat(5000)));
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  const rows = parseCsv(stream);
  for (let row = 0; row < 10; row++) await rows.next();
  await settle(50);
  assert.equal(pulled, 1);
  await rows.return();
  assert.ok(cancelled);
});
