import assert from "node:assert/strict";

export function waitFlows(flow) {
  flow("waits: the time left is shown, and the request can be cancelled", {}, async (panel, { emulator }) => {
    await panel.open("?page=senders");
    await panel.see("ALMA-MARKET");
    // The service lists the same sender names three times a minute.
    for (let number = 2; number <= 3; number++) {
      await panel.click("Reload");
      await panel.until("the end of the request", () => !document.querySelector("wa-progress-bar"));
    }
    assert.equal(emulator.requestsTo("senders.list").length, 3);
    await panel.click("Reload");
    await panel.see("The service's limits: the next request is sent in");
    const left = () => panel.page.$eval("[role=timer]", ({ textContent }) => textContent);
    const before = await left();
    assert.match(before, /^(0:[3-5]\d|1:0\d)$/);
    await panel.until(
      "a shorter time",
      (before) => document.querySelector("[role=timer]").textContent !== before,
      before,
    );

    await panel.click("Cancel the request");
    await panel.seeNo("The service's limits");
    await panel.see("ALMA-MARKET");
    assert.equal(emulator.requestsTo("senders.list").length, 3);
  });

  flow("waits: the limits that another page has used", {}, async (panel, { emulator, createPage }) => {
    const other = await createPage();
    await other.open("?page=senders");
    await other.see("ALMA-MARKET");
    for (let number = 2; number <= 3; number++) {
      await other.click("Reload");
      await other.until("the end of the request", () => !document.querySelector("wa-progress-bar"));
    }
    await panel.page.bringToFront();
    await panel.open("?page=senders");
    await panel.see("The service's limits: the next request is sent in");
    await panel.click("Cancel the request");
    await panel.seeNo("The service's limits");
    assert.equal(emulator.requestsTo("senders.list").length, 3);
    panel.forgive("429");
  });

  flow("waits: a retry after an error of the server", {}, async (panel, { emulator }) => {
    emulator.faults.push({ to: "history.list", status: 503, headers: { "retry-after": "3" } });
    await panel.open();
    await panel.see("The request failed: the next attempt is in");
    await panel.see("messages so far");
    await panel.seeNo("The request failed");
    assert.equal(emulator.requestsTo("history.list").length, 2);
    panel.forgive("503");
  });

  flow("waits: a lasting error has a button to try again", {}, async (panel, { emulator }) => {
    emulator.faults.push({ to: "history.list", code: 4 });
    await panel.open();
    await panel.see("The service blocked the address of the server for a while.");
    await panel.click("Try again");
    await panel.see("messages so far");
    await panel.seeNo("The service blocked");
  });
}
