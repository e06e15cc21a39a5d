/** NDJSON of files and of the history: each line is `JSON.stringify` of the row or message. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseCsv } from "smsc-wasm";
import { collect, rejectsWith, setup, stubClient, waitUntil } from "./support/account.mjs";
import { encodeWindows1251, randomFile, randomMessages, twoChannels } from "./support/bulk.mjs";
import { createRandom } from "./support/requests.mjs";

/** The lines of a stream. Each chunk ends with a line. */
async function lines(stream) {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const lines = [];
  for await (const chunk of stream) {
    assert.ok(chunk instanceof Uint8Array && chunk.length > 0);
    const text = decoder.decode(chunk);
    assert.ok(text.endsWith("\n"));
    lines.push(...text.slice(0, -1).split("\n"));
  }
  return lines;
}

const linesOf = (items) => items.map((item) => JSON.stringify(item));

describe("NDJSON of files", () => {
  const FILE = 'id;Текст;id\n1;"a ""b""\n";2\r\n3\n\n4;5;6;7;8\n';
  const LINES = [
    '{"id":"1","Текст":"a \\"b\\"\\n","id_2":"2"}',
    '{"id":"3"}',
    '{"id":"4","Текст":"5","id_2":"6","__extra":["7","8"]}',
  ];

  test("rows are objects, in UTF-8 and windows-1251", async () => {
    for (const source of [FILE, encodeWindows1251(FILE), new Blob([FILE])])
      assert.deepEqual(await lines(parseCsv.ndjson(source)), LINES);
  });

  test("rows of a file without a header are lists", async () => {
    assert.deepEqual(await lines(parseCsv.ndjson("1;2\n3\n")), ['["1","2"]', '["3"]']);
  });

  test("a field in windows-1251 that begins with ASCII", async () => {
    const file = encodeWindows1251('"Телефон";"Текст"\n1;"SMS Привет"\n');
    assert.deepEqual(await lines(parseCsv.ndjson(file)), ['{"Телефон":"1","Текст":"SMS Привет"}']);
  });

  test("an exception of onProgress comes after the lines of its piece", async () => {
    const onProgress = () => {
      throw new TypeError("mine");
    };
    const reader = parseCsv.ndjson("a;b\n1;2\n", { onProgress }).getReader();
    assert.equal(new TextDecoder().decode((await reader.read()).value), '{"a":"1","b":"2"}\n');
    await assert.rejects(reader.read(), /mine/);
  });

  test("an empty file has no lines", async () => {
    for (const file of ["", "\n", "a;b\n"]) assert.deepEqual(await lines(parseCsv.ndjson(file)), []);
  });

  test("UTF-16, and bytes that are not UTF-8", async () => {
    const utf16 = new Uint8Array(Buffer.from(`\ufeff${FILE}`, "utf16le"));
    assert.deepEqual(await lines(parseCsv.ndjson(utf16)), LINES);
    const invalid = Uint8Array.of(...Buffer.from("a;b\nx"), 0xff, ...Buffer.from(";y"), 0xd0, 10);
    const rows = await collect(parseCsv(invalid, { encoding: "utf-8" }));
    assert.deepEqual(rows, [{ a: "x\ufffd", b: "y\ufffd" }]);
    assert.deepEqual(await lines(parseCsv.ndjson(invalid, { encoding: "utf-8" })), linesOf(rows));
  });

  test("random files have the lines of their rows", async () => {
    for (let seed = 1; seed <= 80; seed++) {
      const file = randomFile(createRandom(seed));
      const rows = await collect(parseCsv(file.source(), file.options));
      assert.deepEqual(await lines(parseCsv.ndjson(file.source(), file.options)), linesOf(rows), `seed ${seed}`);
    }
  });

  test("errors come after all complete lines", async () => {
    const reader = parseCsv.ndjson('a;b\n1;2\n3;"4').getReader();
    assert.equal(new TextDecoder().decode((await reader.read()).value), '{"a":"1","b":"2"}\n');
    assert.match((await rejectsWith(reader.read(), "bad_response")).message, /a quote in it is never closed/);
    const option = await rejectsWith(lines(parseCsv.ndjson("a", { delimiter: "§" })), "invalid_parameter");
    assert.equal(option.parameter, "delimiter");
  });

  test("the file is read as fast as the lines, until the stream is cancelled or aborted", async () => {
    let pieces = 0;
    let isCancelled = false;
    const source = () =>
      new ReadableStream(
        {
          pull: (stream) => {
            pieces++;
            stream.enqueue(new TextEncoder().encode(`a;b\n${"1;2\n".repeat(10_000)}`));
          },
          cancel: () => {
            isCancelled = true;
          },
        },
        { highWaterMark: 0 },
      );
    const stream = parseCsv.ndjson(source());
    assert.equal(pieces, 0);
    const reader = stream.getReader();
    await reader.read();
    const read = pieces;
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(pieces, read);
    await reader.cancel();
    assert.ok(isCancelled);
    const controller = new AbortController();
    const aborted = parseCsv.ndjson(source(), { signal: controller.signal }).getReader();
    await aborted.read();
    controller.abort("enough");
    assert.equal((await rejectsWith(aborted.read(), "aborted")).cause, "enough");
  });

  test("tasks.ndjson and file.ndjson", async () => {
    const { smsc, calls } = await stubClient(() => new Response(FILE));
    const stream = smsc.tasks.ndjson({ id: 7 });
    assert.equal(calls.length, 0);
    assert.deepEqual(await lines(stream), LINES);
    assert.deepEqual(await lines((await smsc.tasks.download({ id: 7 })).ndjson({ header: true })), LINES);
    const failing = (await stubClient('{"error":"x","error_code":5}')).smsc;
    assert.equal((await rejectsWith(lines(failing.tasks.ndjson({ id: 7 })), "not_found")).endpoint, "tasks");
  });
});

describe("NDJSON of the history", () => {
  test("the lines of all messages", async () => {
    const { smsc } = await setup({ messages: 2500 });
    const messages = await collect(smsc.history.iterate());
    assert.deepEqual(await lines(smsc.history.ndjson()), linesOf(messages));
    assert.deepEqual(await lines(smsc.history.ndjson({ limit: 1001 })), linesOf(messages.slice(0, 1001)));
  });

  test("both channels are merged", async () => {
    const smsc = await twoChannels();
    const messages = await collect(smsc.history.iterate({ channel: "all" }));
    assert.equal(messages.length, 7500);
    assert.deepEqual(await lines(smsc.history.ndjson({ channel: "all" })), linesOf(messages));
  });

  test("pages of any form have the lines of their messages", async () => {
    for (let seed = 1; seed <= 400; seed++) {
      const { json, type, body } = randomMessages(createRandom(seed));
      const { smsc } = await stubClient(() => new Response(body, { headers: { "content-type": type } }));
      const { messages } = await smsc.history.list();
      assert.deepEqual(await lines(smsc.history.ndjson()), linesOf(messages), `seed ${seed}: ${json}`);
    }
  });

  test("huge integers are as messages have them", async () => {
    const { smsc } = await stubClient('[{"id":9007199254740993,"int_id":9007199254740993},{"id":9223372036854775807}]');
    assert.deepEqual(await lines(smsc.history.ndjson()), linesOf((await smsc.history.list()).messages));
  });

  test("nothing found is no line", async () => {
    const { smsc } = await setup({ messages: [] });
    assert.deepEqual(await lines(smsc.history.ndjson()), []);
  });

  test("the next page is requested when the lines of the last one are read", async () => {
    const { smsc, emulator } = await setup({ messages: 2500 });
    const reader = smsc.history.ndjson().getReader();
    assert.equal(emulator.requests.length, 0);
    await reader.read();
    await waitUntil(() => emulator.requests.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(emulator.requests.length, 1);
    await reader.cancel();
    assert.deepEqual(await reader.read(), { done: true, value: undefined });
    assert.equal(emulator.requests.length, 1);
  });

  test("errors and aborts come after all complete lines", async () => {
    const page = JSON.stringify(Array.from({ length: 1000 }, (_, id) => ({ int_id: 5000 - id })));
    const { smsc } = await stubClient((_, call) => (call === 1 ? page : '{"error":"x","error_code":2}'));
    const reader = smsc.history.ndjson().getReader();
    assert.equal(new TextDecoder().decode((await reader.read()).value).split("\n").length, 1001);
    assert.equal((await rejectsWith(reader.read(), "unauthorized")).endpoint, "history");
    const controller = new AbortController();
    const account = await setup({ messages: 2500 });
    const aborted = account.smsc.history.ndjson({}, { signal: controller.signal }).getReader();
    await aborted.read();
    controller.abort("enough");
    assert.equal((await rejectsWith(aborted.read(), "aborted")).cause, "enough");
    const parameter = await rejectsWith(lines(account.smsc.history.ndjson({ strat: "x" })), "invalid_parameter");
    assert.equal(parameter.parameter, "strat");
  });
});
