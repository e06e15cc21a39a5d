/** Runs the code of docs/observability.md, unchanged, against the emulator: OpenTelemetry spans in memory, and pino's lines. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** A document of the repository, in which the tests may be copied to another folder. */
function readDocument(name) {
  for (let folder = here; ; folder = dirname(folder)) {
    const path = join(folder, "docs", name);
    if (existsSync(path)) return readFileSync(path, "utf8");
    assert.notEqual(folder, dirname(folder), `docs/${name} was not found`);
  }
}

/** The code blocks of a document that name their file in the first line. */
const blocks = [...readDocument("observability.md").matchAll(/^```js\n\/\/ (\S+\.js)\n(.*?)^```$/gms)];

/** Runs before the document's code: an SDK that keeps the spans, and an emulator whose first response is 503. */
const PRELOAD = `
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { createEmulator } from "smsc-wasm/testing";

const exporter = new InMemorySpanExporter();
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
const emulator = createEmulator({ apiKey: process.env.SMSC_API_KEY, messages: 200 });
emulator.faults.push({ status: 503 });
globalThis.fetch = emulator.fetch;
process.on("exit", () => {
  const spans = exporter.getFinishedSpans().map((span) => {
    const { name, kind, status, attributes, parentSpanContext } = span;
    const events = span.events.map(({ name, attributes }) => ({ name, attributes }));
    return { name, kind, status, attributes, events, id: span.spanContext().spanId, parent: parentSpanContext?.spanId };
  });
  process.stderr.write(JSON.stringify(spans));
});
`;

test("the document's code makes spans and log lines of each attempt and wait", (t) => {
  assert.deepEqual(
    blocks.map(([, name]) => name),
    ["logging.js", "tracing.js", "job.js"],
  );
  const folder = mkdtempSync(join(here, "observability-"));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const [, name, code] of blocks) writeFileSync(join(folder, name), code);
  writeFileSync(join(folder, "preload.js"), PRELOAD);
  const env = { ...process.env, SMSC_API_KEY: "s3cret-key", NODE_OPTIONS: "" };
  const run = spawnSync(process.execPath, ["--import", "./preload.js", "job.js"], {
    cwd: folder,
    env,
    encoding: "utf8",
  });
  assert.equal(run.status, 0, run.stderr);
  assert.doesNotMatch(run.stdout + run.stderr, /s3cret/);

  const [failed, answered, job] = JSON.parse(run.stderr);
  const { "smsc.call_id": callId } = failed.attributes;
  const common = {
    "http.request.method": "POST",
    "url.full": "https://smsc.ru/sys/get.php",
    "server.address": "smsc.ru",
    "smsc.method": "history.list",
    "smsc.call_id": callId,
  };
  assert.deepEqual([job.name, job.attributes["report.messages"], job.parent], ["nightly report", 100, undefined]);
  assert.deepEqual([failed.parent, answered.parent, failed.kind], [job.id, job.id, 2]);
  const { "http.response.body.size": failedSize, ...failedAttributes } = failed.attributes;
  assert.equal(typeof failedSize, "number");
  assert.deepEqual(failedAttributes, { ...common, "http.response.status_code": 503, "error.type": "http_status" });
  assert.deepEqual([failed.status.code, failed.events[0].name], [2, "exception"]);
  const { "http.response.body.size": size, ...attributes } = answered.attributes;
  assert.ok(size > 1000);
  assert.deepEqual(attributes, { ...common, "http.request.resend_count": 1, "http.response.status_code": 200 });
  assert.deepEqual([answered.status.code, answered.events], [0, []]);
  assert.equal(job.events.length, 1);
  assert.deepEqual([job.events[0].name, job.events[0].attributes.reason], ["smsc.wait", "retry"]);

  const lines = run.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const levels = { 20: "debug", 30: "info" };
  assert.deepEqual(
    lines.map(({ level, msg, callId: id }) => [levels[level], msg.replace(/\d+ ms/, "N ms"), id]),
    [
      ["debug", "smsc history.list: POST https://smsc.ru/sys/get.php", callId],
      ["info", "smsc history.list: attempt 1 failed: the service's host answered with HTTP status 503", callId],
      ["info", "smsc history.list: waits N ms before a retry", callId],
      ["debug", "smsc history.list: POST https://smsc.ru/sys/get.php", callId],
      ["debug", "smsc history.list: HTTP status 200", callId],
    ],
  );
  assert.deepEqual([lines[1].err.type, lines[1].err.code, lines[1].err.httpStatus], ["SmscError", "http_status", 503]);
});
