import assert from "node:assert/strict";
import { kk, ru, uk } from "smsc-wasm/codes";

const LANGUAGES = [
  { language: "ru", codes: ru, titles: ["История", "Имена отправителей", "Задания"] },
  { language: "uk", codes: uk, titles: ["Історія", "Імена відправників", "Завдання"] },
  { language: "kk", codes: kk, titles: ["Тарих", "Жіберуші атаулары", "Тапсырмалар"] },
];

export function settingFlows(flow) {
  flow("settings: four languages, which the browser remembers", {}, async (panel) => {
    await panel.open();
    for (const { language, codes, titles } of LANGUAGES) {
      await panel.page.select("select[name=language]", language);
      await panel.see(titles[0]);
      assert.deepEqual(await panel.texts("nav a"), titles);
      assert.equal(await panel.page.evaluate(() => document.documentElement.lang), language);
      await panel.see(codes.messageStatuses[1]);
    }
    await panel.page.reload();
    await panel.see(LANGUAGES.at(-1).titles[0]);
  });

  flow("settings: light and dark, as the system or as chosen", {}, async (panel) => {
    const isDark = () => panel.page.evaluate(() => getComputedStyle(document.body).colorScheme === "dark");
    await panel.open();
    assert.equal(await isDark(), false);
    await panel.page.select("select[name=theme]", "dark");
    assert.equal(await isDark(), true);
    await panel.page.reload();
    await panel.see("History");
    assert.equal(await isDark(), true);
  });

  const phone = { viewport: { width: 360, height: 740 } };
  flow("settings: nothing is wider than a phone", phone, async (panel) => {
    for (const name of ["history", "senders", "tasks"]) {
      await panel.open(`?page=${name}`);
      await panel.until("the content", () => document.querySelector(".message-row, article, tbody tr") !== null);
      const widths = await panel.page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.ok(widths[0] <= widths[1], `${name} is ${widths[0]} pixels wide, of ${widths[1]}`);
    }
    await panel.open("?page=senders");
    await panel.click("Register a name");
    await panel.see("Comment for the moderator");
    const dialog = await panel.page.$eval("form.registration", (form) => form.getBoundingClientRect().right);
    assert.ok(dialog <= 360, `the form ends at ${dialog}`);
  });

  flow("settings: the pages are reached by keyboard", {}, async (panel) => {
    await panel.open();
    await panel.see("messages so far");
    await panel.page.keyboard.press("Tab");
    assert.equal(await panel.page.evaluate(() => document.activeElement.className), "skip");
    await panel.page.keyboard.press("Tab");
    await panel.page.keyboard.press("Tab");
    await panel.page.keyboard.press("Enter");
    await panel.see("Register a name");
    assert.equal(await panel.search(), "?page=senders");
  });
}
