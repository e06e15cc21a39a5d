/** `npm start`: the panel from its sources, with the emulator as its account. */
import { after, before, test } from "node:test";
import { freePort, serving } from "../runtimes/lib/process.mjs";
import { launch } from "./lib/browsers.mjs";
import { PanelPage } from "./lib/panel-page.mjs";

let session;
before(async () => {
  session = await launch("chrome");
});
after(() => session?.close());

test("npm start serves the panel with sample data", async () => {
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const args = ["start", "--", "--host=127.0.0.1", `--port=${port}`, "--strictPort"];
  await serving(process.platform === "win32" ? "npm.cmd" : "npm", args, { cwd: process.cwd(), url }, async () => {
    const context = await session.createContext();
    const panel = new PanelPage(await context.newPage(), url);
    await panel.open();
    await panel.see("1,000 messages so far");
    await panel.click("Sender names");
    await panel.see("Register a name");
    await context.close();
  });
});
