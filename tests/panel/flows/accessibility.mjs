import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { en } from "smsc-wasm/codes";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** How the panel can look. The dark theme differs only in its colours. */
const LOOKS = {
  light: { theme: "light", rules: {}, settings: {} },
  dark: { theme: "dark", rules: { runOnly: ["color-contrast"] }, settings: {} },
  phone: { theme: "light", rules: {}, settings: { viewport: { width: 360, height: 740 } } },
};

/** Fails if axe finds something serious. */
async function expectAccessible(panel, where, rules) {
  await panel.page.evaluate(axe);
  const violations = await panel.page.evaluate(async (rules) => {
    const { violations } = await globalThis.axe.run(document, { ...rules, resultTypes: ["violations"] });
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      targets: nodes.slice(0, 3).map(({ target, failureSummary }) => `${target.join(" ")}: ${failureSummary}`),
    }));
  }, rules);
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(serious, [], where);
}

/** @param {(keyof typeof LOOKS)[]} looks */
export const accessibilityFlows = (looks) => (flow) => {
  for (const look of looks) {
    const { theme, rules, settings } = LOOKS[look];
    flow(`accessibility: no serious findings, ${look}`, settings, async (panel) => {
      await panel.open();
      await panel.page.select("select[name=theme]", theme);
      await panel.see("messages so far");
      await expectAccessible(panel, "history", rules);
      await panel.page.click(".message-row");
      await panel.see("Status changed");
      await expectAccessible(panel, "the details of a message", rules);

      await panel.open("?page=senders");
      await panel.see("ALMA-MARKET");
      await expectAccessible(panel, "sender names", rules);
      await panel.click("Register a name");
      await panel.click("Register");
      await panel.see("Fill in this field.");
      await panel.check(en.operatorNames.uaReg);
      await expectAccessible(panel, "the registration", rules);

      await panel.open("?page=tasks");
      await panel.see("Wait for the file");
      await expectAccessible(panel, "tasks", rules);
      await panel.click("Preview");
      await panel.see("The first 50 rows");
      await expectAccessible(panel, "the preview", rules);
    });
  }
};
