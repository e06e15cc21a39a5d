/** The checks of a web framework: its build, and in the built application and the dev server a route and a page. */
import { onceIn } from "./bytes.mjs";
import { freePort, run, serving } from "./process.mjs";
import { textOf } from "./text-of.mjs";

/**
 * @typedef {object} Framework
 * @property {any} project
 * @property {string} node The path of Node.js.
 * @property {string} version
 * @property {string[]} build The arguments of Node.js that build the application.
 * @property {string[]} assets The folder of the files for the browser.
 * @property {(port: string) => { args: string[], env?: Record<string, string> }} start Starts the built application.
 * @property {(port: string) => { args: string[], env?: Record<string, string> }} dev Starts the dev server.
 */

/**
 * The application has a route `/api`, which answers with the result of `smoke`, and a page `/`, which sets it as `globalThis.result`.
 *
 * @param {any} bench
 * @param {Framework} framework
 */
export async function checkFramework(bench, { project, node, version, build, assets, start, dev }) {
  const query = `?service=${encodeURIComponent(bench.service)}`;
  const cwd = project.folder;
  const check = (variant, run) => bench.check(variant, version, run);
  const served = async (title, command) => {
    const port = String(await freePort());
    const { args, env } = command(port);
    const url = `http://127.0.0.1:${port}`;
    await serving(node, args, { cwd, env, url }, async () => {
      await check(`${title}: route`, async () => {
        // A dev server may still compile the route.
        if (title === "dev server") await textOf(`${url}/api${query}`).catch(() => {});
        bench.same(await textOf(`${url}/api${query}`));
      });
      await check(`${title}: page`, async () => {
        // A dev server bundles on the first request, and may reload the page then.
        if (title === "dev server") await bench.browsers.result(`${url}/${query}`, "chrome", 60_000).catch(() => {});
        bench.same(await bench.browsers.result(`${url}/${query}`, "chrome", 60_000));
      });
    });
  };
  await check("build", async () => {
    await run(node, build, { cwd });
    // Only the files for the browser: the server has another copy.
    onceIn(project.path(...assets), bench.module(project));
  });
  await served("build", start);
  await served("dev server", dev);
}
