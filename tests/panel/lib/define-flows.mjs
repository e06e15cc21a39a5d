/** Runs flows of the panel in one browser. */
import { after, before, test } from "node:test";
import { launch } from "./browsers.mjs";
import { PanelPage } from "./panel-page.mjs";
import { startPanel } from "./server.mjs";

const DESKTOP = { width: 1280, height: 800 };

/**
 * @param {"chrome" | "firefox"} kind
 * @param {((flow: Function) => void)[]} definitions Functions that define tests with `flow`.
 */
export function defineFlows(kind, definitions) {
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
        const createPage = async () => {
          const page = await context.newPage();
          await page.setViewport(settings.viewport ?? DESKTOP);
          return new PanelPage(page, server.url);
        };
        const panel = await createPage();
        await run(panel, { ...server, ...session, createPage });
        panel.expectNoProblems();
      } finally {
        await context.close();
        await server.close();
      }
    });
  for (const define of definitions) define(flow);
}
