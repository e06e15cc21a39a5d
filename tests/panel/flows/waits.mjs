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

  flow("waits: a retry after an error of the server", {}, async (panel, { emulator }) => {
    emulator.faults.push({ to: "history.list", status: 503, headers: { "retry-after": "3" } });
    await panel.open();
    await panel.see("The service did not respond: the next attempt is in");
    await panel.see("messages so far");
    await panel.seeNo("The service did not respond");
    assert.equal(emulator.requestsTo("history.list").length, 2);
    // The browser itself logs the failed request.
    panel.problems = panel.problems.filter((problem) => !problem.includes("503"));
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
