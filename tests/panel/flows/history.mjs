import assert from "node:assert/strict";
import { parseCsv } from "smsc-wasm";
import { downloaded } from "../lib/downloads.mjs";

/** The rows that are in the document, and the number of rows for screen readers. */
const rowCounts = () => {
  const table = document.querySelector('[role="table"]');
  return {
    rendered: table.querySelectorAll(".message-row").length,
    total: Number(table.getAttribute("aria-rowcount")) - 1,
  };
};

export function historyFlows(flow) {
  flow("history: the table loads more while it scrolls", {}, async (panel, { emulator }) => {
    await panel.open();
    await panel.see("1,000 messages so far");
    const before = await panel.page.evaluate(rowCounts);
    assert.equal(before.total, 1000);
    assert.ok(before.rendered < 60, `${before.rendered} rows are rendered`);
    assert.equal(emulator.requestsTo("history.list").length, 1);

    await panel.page.$eval(".messages", (table) => table.scrollTo(0, table.scrollHeight));
    await panel.see("2,000 messages so far");
    const after = await panel.page.evaluate(rowCounts);
    assert.ok(after.rendered < 60, `${after.rendered} rows are rendered`);
    assert.equal(emulator.requestsTo("history.list").length, 2);
  });

  flow("history: the filters are in the address", {}, async (panel, { emulator }) => {
    await panel.open();
    await panel.see("messages so far");
    const [{ phone }] = emulator.state.messages.filter(({ type, status }) => type !== 8 && status === 1);
    await panel.type("Numbers or e-mails", `+${phone}`);
    await panel.set("Status", "1");
    await panel.click("Show");
    await panel.see("1 message");
    assert.equal(await panel.search(), `?page=history&numbers=%2B${phone}&status=1`);
    assert.equal(emulator.requestsTo("history.list").at(-1).parameters.phone, phone);

    await panel.page.reload();
    await panel.see("1 message");
    assert.equal(await (await panel.field("Numbers or e-mails")).evaluate(({ value }) => value), `+${phone}`);
    await panel.page.goBack();
    await panel.see("1,000 messages so far");
    assert.equal(await panel.search(), "");
  });

  flow("history: a period that ends before it starts is an error at its field", {}, async (panel) => {
    await panel.open();
    await panel.set("From", "2026-05-02");
    await panel.set("To", "2026-05-01");
    await panel.click("Show");
    await panel.see("A value is not accepted.");
    assert.match(String(await panel.errorOf("From")), /start/);
    assert.equal(await panel.errorOf("To"), undefined);
  });

  flow("history: details of a message, opened and closed by keyboard", {}, async (panel, { emulator }) => {
    await panel.open();
    await panel.see("messages so far");
    const [, message] = emulator.state.messages.filter(({ format }) => format !== 8);
    await panel.page.focus(".message-row button");
    await panel.page.keyboard.press("ArrowDown");
    await panel.until("the focus on the second row", () => document.activeElement.closest('[data-index="1"]') !== null);
    await panel.page.keyboard.press("Enter");
    await panel.see(message.intId);
    await panel.page.keyboard.press("Escape");
    await panel.seeNo(message.intId);
    await panel.until("the focus on the row", () => document.activeElement.closest('[data-index="1"]') !== null);
  });

  flow("history: statistics of the selection", { seed: { messages: sample() } }, async (panel) => {
    await panel.open();
    await panel.see("3 messages");
    const [byStatus, byOperator, bySender] = await panel.page.$$eval(".bars", (tables) =>
      tables.map((table) =>
        [...table.tBodies[0].rows].map((row) => [...row.cells].map(({ textContent }) => textContent)),
      ),
    );
    assert.deepEqual(byStatus, [
      ["delivered", "2", "66.7%", "5.00"],
      ["cannot be delivered", "1", "33.3%", "1.50"],
    ]);
    assert.deepEqual(byOperator.map(([name]) => name).sort(), ["MTS", "Unknown"]);
    assert.deepEqual(bySender, [
      ["SHOP", "2", "66.7%", "4.00"],
      ["ALMA", "1", "33.3%", "2.50"],
    ]);
    await panel.until("the chart", () => document.querySelector(".chart canvas")?.width > 100);
    await panel.click("As a table");
    const days = await panel.texts(".periods tbody tr");
    assert.deepEqual(days, ["Nov 1" + "2" + "4.00", "Nov 2" + "0" + "0.00", "Nov 3" + "1" + "2.50"]);
  });

  flow("history: the whole selection is saved as CSV", {}, async (panel, { emulator, downloads }) => {
    const formula = '=HYPERLINK("https://evil.example")';
    emulator.state.addMessage({ status: 1, message: formula, senderId: "a,b" });
    await panel.open("?page=history&status=1");
    await panel.see("loaded so far");
    await panel.click("Save as CSV");
    await panel.see("messages saved.");
    const delivered = emulator.state.messages.filter(({ format, status }) => format !== 8 && status === 1);
    const file = await downloaded(downloads, "messages.csv");
    const rows = [];
    for await (const row of parseCsv(file, { header: true })) rows.push(row);
    const expected = delivered.map(({ intId }) => intId);
    assert.deepEqual(rows.map(({ intId }) => intId).sort(), expected.sort());
    assert.ok(rows.every(({ status }) => status === "1"));
    // A spreadsheet must not run the texts of others.
    assert.deepEqual(
      rows.filter(({ message }) => message.includes("HYPERLINK")).map(({ message, senderId }) => [message, senderId]),
      [[`'${formula}`, "a,b"]],
    );
  });
}

function sample() {
  const at = (day) => Date.UTC(2026, 10, day, 9) / 1000;
  return [
    { sendTimestamp: at(3), status: 1, operator: "MTS", senderId: "ALMA", cost: "2.5" },
    { sendTimestamp: at(1), status: 1, operator: "MTS", senderId: "SHOP", cost: "2.5" },
    { sendTimestamp: at(1), status: 20, operator: "", senderId: "SHOP", cost: "1.5" },
  ];
}
