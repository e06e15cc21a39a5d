import { readFileSync, writeFileSync } from "node:fs";
import { run } from "../lib/process.mjs";

/** Jest supports ES modules only behind a flag, which a typical project does not set: a copy of smoke.mjs for `require`. */
function writeSmoke(project, name) {
  const smoke = readFileSync(project.path("smoke.mjs"), "utf8").replaceAll(/^export /gm, "");
  writeFileSync(project.path(name), `${smoke}\nmodule.exports = { smoke, expected };\n`);
}

const runJest = (bench, project, file, environment) =>
  run(project.bin("jest"), [file, `--env=${environment}`, "--watchman=false"], {
    cwd: project.folder,
    env: { SERVICE: bench.service },
  });

export const jest = {
  name: "jest",
  title: "Jest",
  async run(bench) {
    const project = await bench.project(["jest"]);
    const version = project.version("jest");
    writeSmoke(project, "smoke.cjs");
    const test = (file, environment) => runJest(bench, project, file, environment);
    await bench.check("environment node", version, () => test("smoke.test.js", "node"));
    // jsdom has neither `fetch` nor streams; jest-fixed-jsdom adds them.
    await bench.check("environment jsdom, which has no fetch", version, () => test("import.test.js", "jsdom"));
    await bench.check("environment jest-fixed-jsdom", version, () => test("smoke.test.js", "jest-fixed-jsdom"));
  },
};

/** Jest with a compiler of TypeScript. */
const compiled = (name, title, tool) => ({
  name,
  title,
  async run(bench) {
    const project = await bench.project(["jest-typescript", name]);
    writeSmoke(project, "smoke.js");
    const version = `${project.version(tool)}, jest ${project.version("jest")}`;
    await bench.check("tests in TypeScript", version, () => runJest(bench, project, "smoke.test.ts", "node"));
  },
});

export const tsJest = compiled("ts-jest", "ts-jest", "ts-jest");
export const swcJest = compiled("swc-jest", "@swc/jest", "@swc/jest");
