/** Tests of the example report against the emulator, as `cargo xtask demo` runs it. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { startProgram } from "../examples/start-command.mjs";

// The folder of the installed example.
const folder = process.cwd();
const load = (file) => import(pathToFileURL(join(folder, file)));
const { createEmulator } = await import(
  pathToFileURL(createRequire(join(folder, "report.mjs")).resolve("smsc-wasm/testing"))
);
const { bar, truncate, table, width } = await load("text.mjs");

/** Runs the report and returns its exit code and output. */
async function runReport(variables) {
  const { SMSC_API_KEY, NO_COLOR, FORCE_COLOR, ...inherited } = process.env;
  return startProgram([process.execPath, "report.mjs"], { cwd: folder, env: { ...inherited, ...variables } }).result;
}

test("report: prints the messages, sender names, tasks and file of an account", async () => {
  const emulator = createEmulator({
    messages: [
      {
        intId: "2",
        phone: "79990000002",
        message: `Длинное ${"сообщение ".repeat(30)}`,
        status: 1,
        cost: "0.10",
        smsCnt: 5,
      },
      { intId: "1", phone: "79990000001", message: "Привет\n\u001b[31m", status: 20, cost: "0.20", smsCnt: 1 },
    ].map((message, index) => ({ ...message, sendTimestamp: 1_700_000_000 - index })),
    senders: [{ id: 7, name: "Магазин", status: 1, operators: { megaStep: 2, beeStep: 2 }, due: [] }],
    tasks: [
      { id: 12, name: "Ждёт", status: 0, due: [] },
      {
        id: 11,
        name: "Ноябрь",
        status: 2,
        file: "november.csv",
        content: "phone;text\n79990000001;a\n79990000002;b\n",
        due: [],
      },
    ],
  });
  const service = await emulator.listen();
  try {
    const { code, output, errors } = await runReport({ SMSC_BASE_URL: service.url, SMSC_API_KEY: "demo-key" });
    assert.equal(errors, "");
    assert.equal(code, 0);
    for (const expected of [
      /79990000002 .*Длинное сообщение .*…$/m,
      /79990000001 .*Привет \[31m$/m,
      /delivered\s+1\s+50\.0 %\s+█{40}$/m,
      /2 messages in 6 parts for 0\.30 /,
      /Магазин .*#7$/m,
      /: (MegaFon, paid name; Beeline, paid name|Beeline, paid name; MegaFon, paid name)$/m,
      /^\s*11 .*november\.csv\s+Ноябрь$/m,
      /, 2 rows$/m,
      /columns: phone, text$/m,
    ]) {
      assert.match(output, expected);
    }
    assert.ok(!output.includes("\u001b"), "no colours outside a terminal");
    assert.deepEqual([...new Set(emulator.requests.map(({ script }) => script))].sort(), [
      "downloads.php",
      "get.php",
      "senders.php",
    ]);
  } finally {
    await service.close();
  }
});

test("report: prints empty sections for an empty account", async () => {
  const service = await createEmulator({ messages: [], senders: [], tasks: [] }).listen();
  try {
    const { code, output } = await runReport({ SMSC_BASE_URL: service.url, SMSC_API_KEY: "demo-key" });
    assert.equal(code, 0);
    assert.equal(output.match(/^ {2}none$/gm).length, 4);
  } finally {
    await service.close();
  }
});

test("report: prints one line for a wrong or missing key", async () => {
  const service = await createEmulator().listen();
  try {
    const wrong = await runReport({ SMSC_BASE_URL: service.url, SMSC_API_KEY: "hidden-key" });
    assert.equal(wrong.code, 1);
    assert.match(wrong.errors, /^\s*unauthorized: /);
    assert.ok(!(wrong.output + wrong.errors).includes("hidden-key"));
    const missing = await runReport({ SMSC_BASE_URL: service.url });
    assert.equal(missing.code, 1);
    assert.match(missing.errors, /SMSC_API_KEY/);
  } finally {
    await service.close();
  }
});

test("text: width counts columns and truncate adds an ellipsis", () => {
  assert.equal(width("Привет"), 6);
  assert.equal(width("日本🙂"), 6);
  assert.equal(truncate("Привет, мир", 7), "Привет…");
  assert.equal(truncate("два\nслова", 20), "два слова");
  assert.equal(bar(0.001, 10), "█");
  assert.equal(bar(0, 10), "");
  assert.deepEqual(
    table([{ title: "A" }, { title: "B", right: true }], [["Да", "1"]])[1].replace(/ +$/, ""),
    "  Да  1",
  );
});
