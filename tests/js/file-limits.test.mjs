/** Limits of files: long records, files that unpack to much more, limits of the caller, and a loop that stays responsive. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { parseCsv } from "smsc-wasm";
import { collect, rejectsWith, setup, stubClient } from "./support/account.mjs";

const bytesOf = (text) => new TextEncoder().encode(text);

test("a record of 20 million fields is an error that names it, in little memory", async () => {
  const bytes = new Uint8Array(gzipSync(`a;b\n1;2\n${";".repeat(20_000_000)}\n`));
  const before = process.memoryUsage().rss;
  const rows = parseCsv(bytes);
  assert.deepEqual((await rows.next()).value, { a: "1", b: "2" });
  const error = await rejectsWith(rows.next(), "bad_response");
  assert.match(error.message, /record 3, which begins on line 3, has more than 100000 fields/);
  const grown = process.memoryUsage().rss - before;
  assert.ok(grown < 150e6, `${grown} bytes`);
});

test("a long field without quotes is too long, and not an unclosed quote", async () => {
  const field = "x".repeat(1 << 20);
  const text = (quote) =>
    new ReadableStream({
      start: (controller) => controller.enqueue(bytesOf(`a;b\n1;${quote}`)),
      pull: (controller) => controller.enqueue(bytesOf(field)),
    });
  const plain = await rejectsWith(collect(parseCsv(text(""))), "bad_response");
  assert.match(plain.message, /record 2, which begins on line 2, is longer than/);
  const quoted = await rejectsWith(collect(parseCsv(text('"'))), "bad_response");
  assert.match(quoted.message, /record 2, which begins on line 2, has no end: a quote/);
});

test("an abort and a time limit act while a file is unpacked", async () => {
  // 400 kB that unpack to 400 MB of records.
  const bytes = new Uint8Array(gzipSync("1;2;3;4\n".repeat(6_250_000)));
  const many = new Uint8Array(Buffer.concat(Array(8).fill(bytes)));
  for (const read of [(source, signal) => collect(parseCsv(source, { signal, header: false }))]) {
    const controller = new AbortController();
    let ticks = 0;
    const timer = setInterval(() => ++ticks, 5);
    setTimeout(() => controller.abort("enough"), 60);
    const start = performance.now();
    const error = await rejectsWith(read(many, controller.signal), "aborted");
    clearInterval(timer);
    assert.equal(error.cause, "enough");
    assert.ok(performance.now() - start < 1500, `${performance.now() - start} ms`);
    assert.ok(ticks > 0);
  }
  const { smsc } = await stubClient(() => new Response(many));
  for (const options of [{ totalTimeoutMs: 100 }, { signal: AbortSignal.timeout(100) }]) {
    const start = performance.now();
    const reading = async () => {
      for await (const _ of smsc.tasks.rows({ id: 1 }, { ...options, header: false }));
    };
    await rejectsWith(reading(), "totalTimeoutMs" in options ? "timeout" : "aborted");
    assert.ok(performance.now() - start < 1500, `${performance.now() - start} ms`);
  }
});

test("bytes, blob and text accept `maxBytes`", async () => {
  const content = "phone;text\n79990000001;Привет\n";
  const size = bytesOf(content).length;
  const { smsc, emulator } = await setup({
    tasks: [{ id: 5, name: "x", status: 2, file: "x.csv", content, due: [] }],
  });
  const download = () => smsc.tasks.download({ id: 5 });
  for (const method of ["bytes", "blob", "text"]) {
    const whole = await (await download())[method]({ maxBytes: size });
    assert.equal(await new Response(whole).text(), content);
    const error = await rejectsWith((await download())[method]({ maxBytes: size - 1 }), "bad_response");
    assert.match(error.message, /maxBytes/);
    assert.equal(error.endpoint, "tasks");
    for (const maxBytes of [0, -1, 1.5, "9", Number.NaN, null]) {
      const error = await rejectsWith((await download())[method]({ maxBytes }), "invalid_parameter");
      assert.equal(error.parameter, "maxBytes");
    }
  }
  emulator.faults.push({ chunkBytes: 7 });
  await rejectsWith((await download()).bytes({ maxBytes: 20 }), "bad_response");
  assert.equal(emulator.requests.at(-1).outcome, "aborted");
  // The limit holds for the unpacked text.
  const { smsc: packed } = await stubClient(() => new Response(gzipSync("a".repeat(1_000_000))));
  const file = await packed.tasks.download({ id: 1 });
  await rejectsWith(file.text({ maxBytes: 100_000 }), "bad_response");
});

test("a text beyond the engine's limit is an SmscError", { timeout: 120_000 }, async () => {
  const piece = new Uint8Array(1 << 24).fill(97);
  let pieces = 0;
  const body = () =>
    new ReadableStream({
      pull: (controller) => (pieces++ < 33 ? controller.enqueue(piece) : controller.close()),
    });
  const { smsc } = await stubClient(() => new Response(body()));
  const file = await smsc.tasks.download({ id: 1 });
  const error = await rejectsWith(file.text(), "bad_response");
  assert.match(error.message, /larger than this engine can hold/);
  assert.ok(error.cause instanceof Error);
});

test("small chunks are joined in linear time and memory", async () => {
  const read = async (count) => {
    let left = count;
    const body = new ReadableStream({
      pull(controller) {
        for (let i = 0; i < 1000; i++) controller.enqueue(new Uint8Array([97, 98, 99, 10]));
        left -= 1000;
        if (left <= 0) controller.close();
      },
    });
    const { smsc } = await stubClient(() => new Response(body));
    const file = await smsc.tasks.download({ id: 1 });
    const start = performance.now();
    assert.equal((await file.bytes()).length, 4 * count);
    return performance.now() - start;
  };
  await read(20_000);
  const [few, many] = [await read(20_000), await read(160_000)];
  assert.ok(many < 8 * few * 4 + 200, `${few} and ${many} ms`);
});
