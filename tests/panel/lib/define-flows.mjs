/** All flows of the panel in one browser. */
import { after, before, test } from "node:test";
import { accessibilityFlows } from "../flows/accessibility.mjs";
import { historyFlows } from "../flows/history.mjs";
import { imageFlows } from "../flows/images.mjs";
import { senderFlows } from "../flows/senders.mjs";
import { settingFlows } from "../flows/settings.mjs";
import { taskFlows } from "../flows/tasks.mjs";
import { waitFlows } from "../flows/waits.mjs";
import { launch } from "./browsers.mjs";
import { PanelPage } from "./panel-page.mjs";
import { startPanel } from "./server.mjs";

const FLOWS = [historyFlows, senderFlows, taskFlows, waitFlows, settingFlows, accessibilityFlows, imageFlows];
const DESKTOP = { width: 1280, height: 800 };

/** @param {"chrome" | "firefox"} kind */
export function defineFlows(kind) {
  let session;
  before(async () => {
    session = await launch(kind);
  });
  after(() => session?.close());

  /**
   * Defines a test that gets a page, and a server with its own account. Scripts of the page must not fail.
   *
   * @param {string} name
   * @param {{ seed?: object, allow?: string | string[], viewport?: object }} settings
   */
  const flow = (name, settings, run) =>
    test(name, { timeout: 60_000 }, async () => {
      const server = await startPanel(settings);
      const context = await session.createContext();
      try {
        const page = await context.newPage();
        await page.setViewport(settings.viewport ?? DESKTOP);
        const panel = new PanelPage(page, server.url);
        await run(panel, { ...server, ...session });
        panel.expectNoProblems();
      } finally {
        await context.close();
        await server.close();
      }
    });
  for (const define of FLOWS) define(flow, kind);
}
