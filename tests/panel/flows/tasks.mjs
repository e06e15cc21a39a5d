import assert from "node:assert/strict";
import { parseCsv } from "smsc-wasm";
import { downloaded } from "../lib/downloads.mjs";

const FILE = `phone;message\r\n${Array.from({ length: 2000 }, (_, index) => `7999000${1000 + index};text ${index}\r\n`).join("")}`;
const done = { id: 41, name: "November", status: 2, file: "november.csv", content: FILE, due: [] };
const running = { id: 42, name: "Weekly report", status: 1, file: "week.csv", content: FILE, due: [] };

export function taskFlows(flow) {
  flow("tasks: waits until a task is done", { seed: { tasks: [done, running] } }, async (panel, { emulator }) => {
    await panel.open("?page=tasks");
    await panel.see("Weekly report");
    await panel.click("Wait for the file");
    await panel.see("Waiting for 0:01");
    emulator.state.tasks.find(({ id }) => id === 42).status = 2;
    await panel.see("The file of “Weekly report” is ready.");
    assert.deepEqual(await panel.texts("tbody wa-badge"), ["done", "done"]);
  });

  flow("tasks: the list refreshes itself", { seed: { tasks: [running] } }, async (panel, { emulator }) => {
    // Intervals of the page pass thirty times faster.
    await panel.page.evaluateOnNewDocument(() => {
      const { setInterval } = window;
      window.setInterval = (run, ms) => setInterval(run, ms / 30);
    });
    await panel.open("?page=tasks");
    await panel.see("Weekly report");
    emulator.state.addTask({ id: 43, name: "Second report", status: 0, due: [] });
    await panel.see("Second report");
    emulator.state.tasks.find(({ id }) => id === 42).status = 2;
    await panel.see("Preview");
  });

  flow("tasks: a wait can be cancelled", { seed: { tasks: [running] } }, async (panel) => {
    await panel.open("?page=tasks");
    await panel.click("Wait for the file");
    await panel.see("Waiting for");
    await panel.click("Cancel");
    await panel.see("Wait for the file");
    await panel.seeNo("Waiting for");
  });

  flow(
    "tasks: a task that fails while it is waited for",
    { seed: { tasks: [running] } },
    async (panel, { emulator }) => {
      await panel.open("?page=tasks");
      await panel.click("Wait for the file");
      await panel.see("Waiting for");
      emulator.state.tasks[0].status = 4;
      await panel.see("failed");
      await panel.seeNo("Wait for the file");
    },
  );

  flow("tasks: a preview of the first rows", { seed: { tasks: [done] } }, async (panel) => {
    await panel.open("?page=tasks");
    await panel.click("Preview");
    await panel.see("The first 50 rows");
    const rows = await panel.page.$$eval(".preview tr", (rows) =>
      rows.map((row) => [...row.cells].map(({ textContent }) => textContent)),
    );
    assert.equal(rows.length, 51);
    assert.deepEqual(rows.slice(0, 2), [
      ["phone", "message"],
      ["79990001000", "text 0"],
    ]);
  });

  flow("tasks: a file is written while it arrives", { seed: { tasks: [done] } }, async (panel, context) => {
    const { emulator, downloads, kind } = context;
    emulator.faults.push({ to: "tasks.download", chunkBytes: 10_000, chunkDelayMs: 300 });
    await panel.open("?page=tasks");
    // The private file system of the page stands for the file that a person chooses in the dialog of the system.
    if (kind === "chrome") {
      await panel.page.evaluate(() => {
        window.showSaveFilePicker = async ({ suggestedName }) => {
          const folder = await navigator.storage.getDirectory();
          return folder.getFileHandle(suggestedName, { create: true });
        };
      });
    }
    await panel.click("Save");
    await panel.see("10 kB");
    await panel.see("november.csv is saved:");
    const bytes = kind === "chrome" ? await readPrivateFile(panel.page) : await downloaded(downloads, "november.csv");
    assert.equal(Buffer.from(bytes).toString(), FILE);
    let rows = 0;
    for await (const _ of parseCsv(bytes)) rows++;
    assert.equal(rows, 2000);
  });
}

const readPrivateFile = async (page) =>
  new Uint8Array(
    await page.evaluate(async () => {
      const folder = await navigator.storage.getDirectory();
      const file = await (await folder.getFileHandle("november.csv")).getFile();
      return [...new Uint8Array(await file.arrayBuffer())];
    }),
  );
