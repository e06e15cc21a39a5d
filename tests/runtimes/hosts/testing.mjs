/** The emulator in test runners: the examples of docs/testing.md, each in its runner, and a page of jsdom. */
import { readFileSync, writeFileSync } from "node:fs";
import { filesOf } from "../lib/doc-files.mjs";
import { nodeFor } from "../lib/nodes.mjs";
import { run } from "../lib/process.mjs";

const DOCUMENT = new URL("../../../docs/testing.md", import.meta.url);

export const testing = {
  name: "testing",
  title: "The emulator, by docs/testing.md",
  core: true,
  async run(bench) {
    // Vitest requires a newer version of Node.js than the package.
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["testing"]);
    const files = filesOf(readFileSync(DOCUMENT, "utf8"));
    for (const [name, text] of files) writeFileSync(project.path(name), text);
    const vitest = [project.script("vitest"), "run"];
    for (const [runner, version, command, selects] of [
      ["node:test", "", ["--test"], (text) => text.includes('from "node:test"')],
      ["Vitest", project.version("vitest"), vitest, (text) => text.includes('from "vitest"') && !text.includes("msw")],
      ["Vitest with MSW", `MSW ${project.version("msw")}`, vitest, (text) => text.includes('from "msw"')],
    ]) {
      await bench.check(runner, version, async () => {
        const names = [...files.keys()].filter((name) => selects(files.get(name)));
        if (names.length === 0) throw new Error(`docs/testing.md has no example for ${runner}`);
        await run(node, [...command, ...names], { cwd: project.folder });
      });
    }
    await bench.check("Vitest in jsdom", project.version("vitest"), () =>
      run(node, [...vitest, "--environment=jsdom", "jsdom.test.mjs", "vitest.test.mjs"], { cwd: project.folder }),
    );
  },
};
