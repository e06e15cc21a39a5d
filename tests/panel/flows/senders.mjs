import assert from "node:assert/strict";
import { en } from "smsc-wasm/codes";

const PDF = Buffer.from("%PDF-1.7\n1 0 obj\n<<>>\nendobj\n");

/** Drops a file onto the drop zone, as the browser does when a person drags it there. */
const drop = (page, name, bytes) =>
  page.$eval(
    ".drop-zone",
    (zone, name, bytes) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
      for (const type of ["dragover", "drop"]) {
        zone.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
      }
    },
    name,
    [...bytes],
  );

export function senderFlows(flow) {
  flow("sender names: the status at each operator is a badge with a label", {}, async (panel) => {
    await panel.open("?page=senders");
    await panel.see("ALMA-MARKET");
    const badges = await panel.page.$$eval("article", (cards) => {
      const card = cards.find((card) => card.querySelector("h2").textContent === "ALMA-MARKET");
      return [...card.querySelectorAll(".operators wa-badge")].map(({ textContent }) => textContent);
    });
    assert.ok(badges.includes(`${en.operatorNames.mtsStep}: ${en.operatorStatuses[9]}`), badges.join("\n"));
    assert.ok(badges.every((badge) => badge.includes(": ")));
  });

  flow("sender names: registration with a document", {}, async (panel, { emulator }) => {
    await panel.open("?page=senders");
    await panel.click("Register a name");
    await panel.click("Register");
    assert.equal(await panel.errorOf("Name"), "Fill in this field.");

    await panel.type("Name", "NEWSHOP");
    await panel.check(en.operatorNames.uaReg);
    await panel.click("Register");
    assert.equal(await panel.errorOf("Legal name"), "Fill in this field.");
    assert.equal(await panel.errorOf("Name"), undefined);
    await panel.check(en.operatorNames.uaReg);

    await drop(panel.page, "certificate.exe", PDF);
    await panel.see("The file must be a jpg, tif, pdf, png, zip or rar.");
    await drop(panel.page, "certificate.png", PDF);
    await panel.see("certificate.png");
    await panel.click("Register");
    await panel.see("The document is not accepted.");
    assert.match(String(await panel.errorOf("Document")), /certificate\.png/);
    assert.equal(
      emulator.requestsTo("senders.add").length,
      0,
      "the client checks the document before it sends anything",
    );

    await drop(panel.page, "certificate.pdf", PDF);
    await panel.see("certificate.pdf");
    await panel.click("Register");
    await panel.see("“NEWSHOP” was sent for moderation.");
    const added = emulator.state.senders.find(({ name }) => name === "NEWSHOP");
    assert.equal(added.files[0].name, "certificate.pdf");
    assert.equal(added.files[0].size, PDF.length);
    await panel.until("the new name", () =>
      [...document.querySelectorAll("article h2")].some(({ textContent }) => textContent === "NEWSHOP"),
    );
  });

  flow("sender names: the client's error is shown at its field", {}, async (panel, { emulator }) => {
    await panel.open("?page=senders");
    await panel.click("Register a name");
    await panel.type("Name", "SHOP");
    await panel.check(en.operatorNames.byReg);
    for (const [label, value] of [
      ["Company", "Shop"],
      ["Tax number", "192837465"],
      ["Address", "Minsk"],
      ["Field of activity, 1 to 19", "25"],
      ["Type of mailing, 1 to 3", "1"],
      ["Sample of a message", "Your order"],
      ["Web site", "shop.example"],
    ]) {
      await panel.type(label, value);
    }
    await panel.click("Register");
    await panel.see("A value is not accepted.");
    assert.match(String(await panel.errorOf("Field of activity, 1 to 19")), /occupation/);
    assert.equal(await panel.errorOf("Company"), undefined);
    assert.equal(emulator.requestsTo("senders.add").length, 0);
  });

  flow("sender names: a phone number is confirmed by a code", {}, async (panel, { emulator }) => {
    const name = "380671234567";
    await panel.open("?page=senders");
    await panel.click("Confirm by code");
    await panel.see("The service sends a code to this number.");
    await panel.click("Send the code");
    await panel.see("The code was sent.");
    await panel.type("Code", "1");
    await panel.click("Confirm");
    await panel.see("The code is wrong.");
    assert.equal(await panel.errorOf("Code"), "The code is wrong.");

    const [{ code }] = emulator.state.codes;
    await panel.page.keyboard.press("Backspace");
    await panel.set("Code", "");
    await panel.type("Code", code);
    await panel.click("Confirm");
    await panel.see(`${name} is confirmed.`);
    assert.equal(emulator.state.senders.find((sender) => sender.name === name).status, 1);
  });

  flow("sender names: deletion asks first", {}, async (panel, { emulator }) => {
    const [{ name }] = emulator.state.senders;
    await panel.open("?page=senders");
    await panel.click("Delete", "article");
    await panel.see("Delete the sender name");
    const question = await panel.page.$eval("wa-dialog p", ({ textContent }) => textContent);
    await panel.click("Delete");
    await panel.see("was deleted.");
    const removed = /“(.+)”/.exec(question)[1];
    assert.ok(name);
    assert.ok(!emulator.state.senders.some((sender) => sender.name === removed));
  });

  flow("sender names: a read-only panel has no changing actions", { allow: "read" }, async (panel, { emulator }) => {
    await panel.open("?page=senders");
    await panel.see("ALMA-MARKET");
    await panel.see("Read-only");
    const buttons = await panel.texts("wa-button");
    assert.deepEqual(buttons, ["Reload"]);
    assert.ok(emulator.requests.every(({ parameters }) => !parameters.add && !parameters.del));
  });

  flow("sender names: a panel that may only add", { allow: ["read", "senders.add"] }, async (panel) => {
    await panel.open("?page=senders");
    await panel.see("ALMA-MARKET");
    assert.deepEqual(await panel.texts("wa-button"), ["Reload", "Register a name"]);
    await panel.seeNo("Read-only");
  });
}
