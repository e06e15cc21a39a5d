/** The examples of docs/bulk.md: each engine has the values of the messages. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";

const SELECT = ["id", "intId", "phone", "cost", "operator", "sendTimestamp", "smsCnt", "flag"];
const LARGE_ID = "9007199254740993";
const folder = mkdtempSync(join(tmpdir(), "bulk-"));
let smsc;
let messages;
let expected;

before(async () => {
  const now = Date.UTC(2026, 10, 22, 9, 0, 0);
  const sent = (index) => ({
    id: index + 1,
    sendTimestamp: now / 1000 - 60 * (1 + index),
    type: 0,
    ...(index % 3 === 0 && { flag: index }),
  });
  const emulator = createEmulator({
    now,
    limits: false,
    messages: Array.from({ length: 1500 }, (_, index) => sent(index)),
  });
  // The ids of the first page are texts, those of the second are numbers.
  const fetch = async (input, init) => {
    const response = await emulator.fetch(input, init);
    return new Response((await response.text()).replace(/"id": 5,/, `"id": ${LARGE_ID},`), response);
  };
  smsc = await createClient(emulator.clientOptions({ fetch }));
  messages = await smsc.history.iterate({ start: "2026-11-01" }).toArray(5000);
  assert.equal(messages.length, 1500);
  assert.equal(messages[4].id, LARGE_ID);
  const expectedValue = (message, name) => (name === "id" ? String(message.id) : (message[name] ?? null));
  expected = messages.map((message) => Object.fromEntries(SELECT.map((name) => [name, expectedValue(message, name)])));
});

test("a file", async () => {
  const { toFile } = await import("./file.mjs");
  const path = join(folder, "messages.ndjson");
  await toFile(smsc, path);
  assert.equal(readFileSync(path, "utf8"), messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
});

test("Parquet", async () => {
  const { toParquet } = await import("./parquet.mjs");
  const { asyncBufferFromFile, parquetReadObjects } = await import("hyparquet");
  const path = join(folder, "messages.parquet");
  await toParquet(smsc, path, SELECT);
  assert.deepEqual(await parquetReadObjects({ file: await asyncBufferFromFile(path) }), expected);
});

test("DuckDB", async () => {
  const { toDuckDb } = await import("./duckdb.mjs");
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await toDuckDb(smsc, connection, SELECT);
  const rows = (await connection.runAndReadAll("SELECT * FROM messages")).getRowObjects();
  assert.deepEqual(rows, expected);
  const sums = await connection.runAndReadAll(
    'SELECT operator, sum("cost"::DECIMAL(18, 2))::VARCHAR AS cost FROM messages GROUP BY operator',
  );
  for (const { operator, cost } of sums.getRowObjects()) {
    const own = expected.filter((message) => message.operator === operator);
    assert.equal(Number(cost), Number(own.reduce((sum, message) => sum + Number(message.cost), 0).toFixed(2)));
  }
});

test("Arrow", async () => {
  const { toArrow } = await import("./arrow.mjs");
  const { tableFromIPC } = await import("@uwdata/flechette");
  assert.deepEqual(tableFromIPC(await toArrow(smsc, SELECT)).toArray(), expected);
});

test("fields", async () => {
  const { fieldsOf, valuesOf } = await import("./fields.mjs");
  assert.throws(() => fieldsOf(["phone", "phnoe"]), { message: 'A message has no field "phnoe"' });
  const kinds = new Set();
  for await (const batch of smsc.history.columns({ start: "2026-11-01" }, { select: ["id"] })) {
    kinds.add(batch.columns.id.constructor);
    assert.ok(valuesOf({ name: "id", type: "text" }, batch).every((id) => /^\d+$/.test(id)));
  }
  assert.deepEqual([...kinds], [Array, Float64Array]);
});

test("ClickHouse", async (t) => {
  const { toClickHouse } = await import("./clickhouse.mjs");
  // Only the request is tested: a server that takes NDJSON under the address of ClickHouse's HTTP interface.
  let request;
  const server = createServer(async (incoming, response) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    request = { url: incoming.url, text: Buffer.concat(chunks).toString() };
    response.end();
  });
  t.after(() => server.close());
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  await toClickHouse(smsc, `http://127.0.0.1:${server.address().port}`);
  assert.match(decodeURIComponent(request.url), /INSERT INTO messages FORMAT JSONEachRow/);
  assert.equal(request.text, messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
});
