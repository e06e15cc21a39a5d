import { mkdir } from "node:fs/promises";
import { join } from "node:path";

const NOW = Date.UTC(2026, 10, 21, 9);
const seed = { now: NOW, messages: 900 };
const phone = { width: 360, height: 640 };
const desktop = { width: 1000, height: 900 };

/** The images of the panel's README. */
export function imageFlows(flow) {
  const shoot = async ({ page }, name) => {
    const folder = process.env.SMSC_IMAGES;
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `panel-${name}.png`), optimizeForSpeed: false });
  };

  flow("images: history", { seed, viewport: desktop }, async (panel) => {
    await panel.open();
    await panel.see("876 messages");
    await panel.until("the chart", () => document.querySelector(".chart canvas")?.width > 100);
    await shoot(panel, "history");
  });

  flow("images: sender names", { seed, viewport: desktop }, async (panel) => {
    await panel.open("?page=senders");
    await panel.see("ALMA-MARKET");
    await shoot(panel, "senders");
  });

  flow("images: a phone, dark, in Russian", { seed, viewport: phone }, async (panel) => {
    await panel.open();
    await panel.page.select("select[name=language]", "ru");
    await panel.page.select("select[name=theme]", "dark");
    await panel.see("876 сообщений");
    await panel.page.$eval(".toolbar", (toolbar) => toolbar.scrollIntoView());
    await shoot(panel, "phone");
  });
}
