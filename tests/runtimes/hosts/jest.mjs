import { readFileSync, writeFileSync } from "node:fs";
import { run } from "../lib/process.mjs";

export const jest = {
  name: "jest",
  title: "Jest",
  async run(bench) {
    const project = await bench.project(["jest"]);
    const version = project.version("jest");
    // Jest supports ES modules only behind a flag, which a typical project does not set.
    const smoke = readFileSync(project.path("smoke.mjs"), "utf8").replaceAll(/^export /gm, "");
    writeFileSync(project.path("smoke.cjs"), `${smoke}\nmodule.exports = { smoke, expected };\n`);
    const test = (file, environment) =>
      run(project.bin("jest"), [file, `--env=${environment}`, "--watchman=false"], {
        cwd: project.folder,
        env: { SERVICE: bench.service },
      });
    await bench.check("environment node", version, () => test("smoke.test.js", "node"));
    // jsdom has neither `fetch` nor streams; jest-fixed-jsdom adds them.
    await bench.check("environment jsdom, which has no fetch", version, () => test("import.test.js", "jsdom"));
    await bench.check("environment jest-fixed-jsdom", version, () => test("smoke.test.js", "jest-fixed-jsdom"));
  },
};
