/** Columns of files and of the history: the values are those of the rows and messages. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { messageSchema, parseCsv } from "smsc-wasm";
import { collect, rejectsWith, setup, stubClient } from "./support/account.mjs";
import { encodeWindows1251, randomFile, randomMessages, twoChannels } from "./support/bulk.mjs";
import { createRandom } from "./support/requests.mjs";

const FILE = 'Телефон;Текст;Цена\n79991234567;"а; б""";1\n79991234568;в;1\n7;\n8;x;2;3\n';
const COLUMNS = {
  Телефон: ["79991234567", "79991234568", "7", "8"],
  Текст: ['а; б"', "в", "", "x"],
  Цена: ["1", "1", "", "2"],
};

/** The columns of all batches, one after the other. */
async function joined(batches) {
  const columns = {};
  let length = 0;
  for await (const batch of batches) {
    assert.deepEqual(Object.keys(batch), ["length", "columns"]);
    assert.ok(batch.length > 0);
    length += batch.length;
    for (const [name, values] of Object.entries(batch.columns)) {
      assert.equal(values.length, batch.length);
      columns[name] = [...(Object.hasOwn(columns, name) ? columns[name] : []), ...values];
    }
  }
  return { length, columns };
}

describe("columns of files", () => {
  test("the values of each column, in UTF-8, windows-1251 and gzip", async () => {
    const windows1251 = encodeWindows1251(FILE);
    for (const source of [FILE, new TextEncoder().encode(FILE), windows1251, gzipSync(windows1251)]) {
      assert.deepEqual(await joined(parseCsv.columns(source)), { length: 4, columns: COLUMNS });
    }
  });

  test("only the selected columns, in that order", async () => {
    const { columns } = await joined(parseCsv.columns(FILE, { select: ["Цена", "Телефон", "Цена"] }));
    assert.deepEqual(Object.entries(columns), [
      ["Цена", COLUMNS.Цена],
      ["Телефон", COLUMNS.Телефон],
    ]);
    assert.deepEqual(await joined(parseCsv.columns(FILE, { select: [] })), { length: 4, columns: {} });
  });

  test("a file without a header has numbered columns", async () => {
    const file = "1;2\n3;4;5\n";
    const columns = { 0: ["1", "3"], 1: ["2", "4"], 2: ["", "5"] };
    assert.deepEqual(await joined(parseCsv.columns(file)), { length: 2, columns });
    assert.deepEqual((await joined(parseCsv.columns(file, { select: ["2"] }))).columns, { 2: ["", "5"] });
    assert.deepEqual((await joined(parseCsv.columns(FILE, { header: false }))).columns[1][1], 'а; б"');
  });

  test("a column named __proto__ is a column", async () => {
    const [{ columns }] = await collect(parseCsv.columns("__proto__;b\nx;y\n"));
    assert.deepEqual(Object.keys(columns), ["__proto__", "b"]);
    assert.deepEqual(Object.getOwnPropertyDescriptor(columns, "__proto__").value, ["x"]);
    assert.equal(Object.getPrototypeOf(columns), Object.prototype);
  });

  test("an empty file, and a header alone, have no batches", async () => {
    for (const file of ["", "\n", "a;b\n"]) assert.deepEqual(await collect(parseCsv.columns(file)), [], file);
  });

  test("a field in windows-1251 that begins with ASCII, wherever the charset is decided", async () => {
    const quoted = encodeWindows1251('"Телефон";"Текст"\r\n"79991234567";"SMS Привет"\r\n');
    assert.deepEqual(await joined(parseCsv.columns(quoted)), {
      length: 1,
      columns: { Телефон: ["79991234567"], Текст: ["SMS Привет"] },
    });
    const [ascii, late] = ["79990000000;Hello\n".repeat(3500), "79990000000;SMS Привет мир\n".repeat(5000)];
    const { columns } = await joined(parseCsv.columns(encodeWindows1251(`phone;text\n${ascii}${late}`)));
    assert.deepEqual([...new Set(columns.text)], ["Hello", "SMS Привет мир"]);
  });

  test("far fewer values than rows and columns are an error, and not a batch of gigabytes", async () => {
    const header = Array.from({ length: 20_000 }, (_, index) => index).join(";");
    const file = `${header}\n${"1\n".repeat(260_000)}`;
    const options = { header: false, delimiter: ";" };
    const error = await rejectsWith(joined(parseCsv.columns(file, options)), "bad_response");
    assert.match(error.message, /20000 columns.*`select`/);
    const { length } = await joined(parseCsv.columns(file, { ...options, select: ["0", "19999"] }));
    assert.equal(length, 260_001);
  });

  test("rows with fewer values than columns come in batches of a bounded size", async () => {
    const header = Array.from({ length: 100 }, (_, index) => `c${index}`).join(";");
    let rows = 0;
    for await (const { length } of parseCsv.columns(`${header}\n${"1;\n".repeat(200_000)}`)) {
      assert.ok(length * 100 <= 2 ** 23, String(length));
      rows += length;
    }
    assert.equal(rows, 200_000);
  });

  test("the rows before a failure come first, also within the beginning of a file", async () => {
    let pulls = 0;
    const source = new ReadableStream({
      pull(controller) {
        if (pulls++ > 0) controller.error(new Error("the network failed"));
        else controller.enqueue(new TextEncoder().encode(`a;b\n${"1;22222222\n".repeat(200)}`));
      },
    });
    const batches = parseCsv.columns(source);
    assert.equal((await batches.next()).value.length, 200);
    await rejectsWith(batches.next(), "bad_response");
  });

  test("options that are no object are rejected", async () => {
    for (const options of [5, "x", [], () => {}]) {
      const error = await rejectsWith(parseCsv.columns(FILE, options).next(), "invalid_option");
      assert.equal(error.parameter, "options");
    }
  });

  test("random files have the values of their rows", async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const file = randomFile(createRandom(seed));
      const rows = await collect(parseCsv(file.source(), file.options));
      const { length, columns } = await joined(parseCsv.columns(file.source(), file.options));
      assert.equal(length, rows.length, `seed ${seed}`);
      for (const [name, values] of Object.entries(columns)) {
        assert.deepEqual(
          values,
          rows.map((row) => (Object.hasOwn(row, name) ? row[name] : "")),
          `seed ${seed}`,
        );
      }
    }
  });

  test("a long file comes in batches of about half a megabyte", async () => {
    const line = `79991234567;${"текст ".repeat(30)}\n`;
    const file = new Blob([`Телефон;Текст\n${line.repeat(10_000)}`]);
    const sizes = [];
    for await (const { length } of parseCsv.columns(file.stream(), { select: ["Телефон"] })) sizes.push(length);
    assert.equal(
      sizes.reduce((sum, size) => sum + size),
      10_000,
    );
    assert.ok(sizes.length > 3 && sizes.length < 20, sizes.join());
  });

  test("errors come after all complete rows", async () => {
    const batches = parseCsv.columns('a;b\n1;2\n3;"4');
    assert.deepEqual((await batches.next()).value, { length: 1, columns: { a: ["1"], b: ["2"] } });
    assert.match((await rejectsWith(batches.next(), "bad_response")).message, /a quote in it is never closed/);
    assert.deepEqual(await batches.next(), { value: undefined, done: true });
    const source = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(`a;b\n${"1;2\n".repeat(5000)}3;`)),
      pull: (controller) => controller.error(new Error("the disk failed")),
    });
    const broken = parseCsv.columns(source);
    assert.equal((await broken.next()).value.length, 5000);
    assert.equal((await rejectsWith(broken.next(), "bad_response")).cause.message, "the disk failed");
  });

  test("a column that the file does not have is an error that names those it has", async () => {
    const error = await rejectsWith(
      collect(parseCsv.columns(FILE, { select: ["Телефон", "Tекст"] })),
      "invalid_parameter",
    );
    assert.equal(error.parameter, "select");
    assert.match(error.message, /"Tекст".*the columns "Телефон", "Текст", "Цена"/);
    // biome-ignore lint/suspicious/noSparseArray: a hole is not a name
    for (const select of ["Телефон", [1], {}, null, [, "Цена"], new Array(1)]) {
      const wrong = await rejectsWith(collect(parseCsv.columns(FILE, { select })), "invalid_parameter");
      assert.equal(wrong.parameter, "select");
    }
  });

  test("an abort and an early end stop the reading", async () => {
    const controller = new AbortController();
    let isCancelled = false;
    const source = () =>
      new ReadableStream({
        pull: (stream) => stream.enqueue(new TextEncoder().encode(`a;b\n${"1;2\n".repeat(100_000)}`)),
        cancel: () => {
          isCancelled = true;
        },
      });
    const batches = parseCsv.columns(source(), { signal: controller.signal });
    assert.ok((await batches.next()).value.length > 1000);
    controller.abort("enough");
    assert.equal((await rejectsWith(collect(batches), "aborted")).cause, "enough");
    assert.ok(isCancelled);
    isCancelled = false;
    for await (const { length } of parseCsv.columns(source())) {
      assert.ok(length > 1000);
      break;
    }
    assert.ok(isCancelled);
  });
});

describe("columns of tasks", () => {
  test("tasks.columns and file.columns", async () => {
    const { smsc } = await stubClient(() => new Response(FILE));
    const select = ["Цена"];
    assert.deepEqual((await joined(smsc.tasks.columns({ id: 7 }, { select }))).columns, { Цена: COLUMNS.Цена });
    assert.deepEqual((await joined(smsc.tasks.columns({ id: 7 }))).columns, COLUMNS);
    const file = await smsc.tasks.download({ id: 7 });
    assert.deepEqual((await joined(file.columns({ select }))).columns, { Цена: COLUMNS.Цена });
    assert.deepEqual(file.csv.columns, ["Телефон", "Текст", "Цена"]);
    assert.match((await rejectsWith(collect(file.columns()), "invalid_parameter")).message, /already read/);
  });

  test("nothing is requested before the first batch", async () => {
    const { smsc, calls } = await stubClient(() => new Response(FILE));
    const batches = smsc.tasks.columns({ id: 7 });
    assert.equal(calls.length, 0);
    await collect(batches);
    assert.equal(calls.length, 1);
    const error = await rejectsWith(collect(smsc.tasks.columns({ id: 7 }, { slect: [] })), "invalid_option");
    assert.equal(error.parameter, "slect");
    assert.equal(error.endpoint, "tasks");
  });
});

describe("columns of the history", () => {
  const integers = Object.keys(messageSchema).filter((name) => messageSchema[name].type === "integer");

  /** Checks that columns have the values of messages. */
  function assertColumns({ length, columns }, messages, names, note) {
    assert.equal(length, messages.length, note);
    assert.deepEqual(Object.keys(columns), names, note);
    for (const name of names) {
      const missing = integers.includes(name) ? Number.NaN : "";
      assert.deepEqual(
        columns[name],
        messages.map((message) => message[name] ?? missing),
        `${name}, ${note}`,
      );
    }
  }

  test("all fields, in order, of several pages", async () => {
    const { smsc } = await setup({ messages: 2500 });
    const messages = await collect(smsc.history.iterate());
    const batches = await collect(smsc.history.columns());
    assert.deepEqual(
      batches.map((batch) => batch.length),
      [1000, 1000, messages.length - 2000],
    );
    for (const [index, batch] of batches.entries())
      for (const [name, values] of Object.entries(batch.columns))
        assert.equal(values instanceof Float64Array, integers.includes(name), `${name} of batch ${index}`);
    assertColumns(await joined(smsc.history.columns()), messages, Object.keys(messageSchema));
    const select = ["sendTimestamp", "phone", "cost"];
    assertColumns(await joined(smsc.history.columns({ limit: 1200 }, { select })), messages.slice(0, 1200), select);
  });

  test("both channels are merged", async () => {
    const smsc = await twoChannels();
    const messages = await collect(smsc.history.iterate({ channel: "all" }));
    assert.equal(messages.length, 7500);
    const select = ["intId", "type", "message"];
    assertColumns(await joined(smsc.history.columns({ channel: "all" }, { select })), messages, select);
  });

  test("pages of any form have the values of their messages", async () => {
    for (let seed = 1; seed <= 300; seed++) {
      const { json, type, body } = randomMessages(createRandom(seed));
      const { smsc } = await stubClient(() => new Response(body, { headers: { "content-type": type } }));
      const messages = (await smsc.history.list()).messages;
      assertColumns(
        await joined(smsc.history.columns()),
        messages,
        Object.keys(messageSchema),
        `seed ${seed}: ${json}`,
      );
    }
  });

  test("integers beyond 2^53 are texts in the batch that has one", async () => {
    const huge = "9007199254740993";
    const page = `[{"id":1,"phone":"7"},{"id":${huge}},{"phone":"8"},{"id":"-${huge}"},{"id":99999999999999999999}]`;
    const { smsc } = await stubClient(page);
    const { columns } = await joined(smsc.history.columns({}, { select: ["id", "phone"] }));
    assert.deepEqual(columns.id.slice(0, 4), ["1", huge, "", `-${huge}`]);
    assert.deepEqual(columns.phone, ["7", "", "8", "", ""]);
    const [batch] = await collect(smsc.history.columns({}, { select: ["phone", "err"] }));
    assert.ok(batch.columns.err instanceof Float64Array && batch.columns.err.every(Number.isNaN));
  });

  test("other integers that a number would round are left out, as iterate leaves them in extra", async () => {
    const body = '[{"int_id":"5","crc":12},{"int_id":"4","crc":9007199254740993}]';
    const { smsc } = await stubClient(body);
    const { columns } = await joined(smsc.history.columns({ limit: 2 }, { select: ["crc"] }));
    assert.deepEqual(columns.crc, [12, Number.NaN]);
  });

  test("a getter that throws rejects the first batch", async () => {
    const { smsc } = await setup();
    const options = {
      get signal() {
        throw new Error("no signal");
      },
    };
    const batches = smsc.history.columns({ limit: 1 }, options);
    const error = await rejectsWith(batches.next(), "invalid_option");
    assert.equal(error.parameter, "signal");
  });

  test("nothing found is no batch", async () => {
    const { smsc } = await setup({ messages: [] });
    assert.deepEqual(await collect(smsc.history.columns()), []);
  });

  test("a misspelled field names the nearest one, before anything is sent", async () => {
    const { smsc, calls } = await stubClient("[]");
    const error = await rejectsWith(collect(smsc.history.columns({}, { select: ["phon"] })), "invalid_parameter");
    assert.equal(error.parameter, "select");
    assert.equal(error.endpoint, "history");
    assert.match(error.message, /Did you mean `phone`/);
    for (const select of ["phone", [1], ["extra"], new Array(1)])
      await rejectsWith(collect(smsc.history.columns({}, { select })), "invalid_parameter");
    await rejectsWith(collect(smsc.history.columns({}, { slect: [] })), "invalid_option");
    await rejectsWith(collect(smsc.history.columns({}, 5)), "invalid_option");
    assert.equal(calls.length, 0);
  });

  test("an error comes after the batches before it, and an abort ends the iteration", async () => {
    const { smsc } = await setup({ messages: 2500 });
    const controller = new AbortController();
    const batches = smsc.history.columns({}, { signal: controller.signal, select: ["phone"] });
    assert.equal((await batches.next()).value.length, 1000);
    controller.abort("enough");
    assert.equal((await rejectsWith(batches.next(), "aborted")).cause, "enough");
    const page = JSON.stringify(Array.from({ length: 1000 }, (_, id) => ({ int_id: 5000 - id })));
    const broken = (await stubClient((_, call) => (call === 1 ? page : '{"error":"x","error_code":2}'))).smsc;
    const failing = broken.history.columns();
    assert.equal((await failing.next()).value.length, 1000);
    await rejectsWith(failing.next(), "unauthorized");
  });

  test("progress and its cursor continue the iteration", async () => {
    const { smsc } = await setup({ messages: 2500 });
    let progress;
    const options = { select: ["intId"], onProgress: (event) => (progress ??= event) };
    const first = (await smsc.history.columns({}, options).next()).value;
    const { columns } = await joined(smsc.history.columns({ cursor: progress.nextCursor }, { select: ["intId"] }));
    const all = (await collect(smsc.history.iterate())).map(({ intId }) => intId);
    assert.deepEqual([...first.columns.intId, ...columns.intId], all);
  });
});
