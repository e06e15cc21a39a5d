/** Checks the workflows: pinned actions, no installation scripts, and no permission to publish where the project's code runs. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const folder = new URL("../../.github/workflows/", import.meta.url);
const workflows = readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), "utf8")]);

/** The text of each job, by its name. */
const jobsOf = (text) =>
  new Map(
    text
      .slice(text.indexOf("\njobs:\n"))
      .split(/^(?= {2}\w[\w-]*:$)/m)
      .slice(1)
      .map((job) => [/^ {2}([\w-]+):/.exec(job)[1], job]),
  );

test("every action is pinned to a commit", () => {
  const uses = workflows.flatMap(([name, text]) =>
    [...text.matchAll(/\buses: (.*)/g)].map(([, use]) => `${name}: ${use}`),
  );
  assert.ok(uses.length > 5);
  for (const use of uses) assert.match(use, /^\S+: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
});

test("packages are installed from lock files, without their scripts", () => {
  for (const [name, text] of workflows) {
    for (const [line] of text.matchAll(/^.*\bnpm (?:ci|install|publish)\b.*$/gm)) {
      assert.match(line, /--ignore-scripts/, `${name}: ${line}`);
      assert.doesNotMatch(line, /npm install/, `${name}: ${line}`);
    }
    assert.doesNotMatch(text, /\bnpx\b/, name);
  }
  assert.match(readFileSync(new URL("../../.npmrc", import.meta.url), "utf8"), /^ignore-scripts=true$/m);
});

test("a job that can publish runs neither the build nor the tests, and the others cannot publish", () => {
  const jobs = jobsOf(workflows.find(([name]) => name === "release.yml")[1]);
  assert.deepEqual([...jobs.keys()], ["build", "npm", "jsr"]);
  assert.doesNotMatch(jobs.get("build"), /id-token|secrets\.|: write/);
  assert.match(jobs.get("build"), /cargo xtask test --all/);
  for (const name of ["npm", "jsr"]) {
    assert.match(jobs.get(name), /needs: build/);
    assert.match(jobs.get(name), /id-token: write/);
    assert.match(jobs.get(name), /download-artifact@/);
    assert.doesNotMatch(jobs.get(name), /cargo/);
  }
  assert.match(jobs.get("npm"), /npm publish \S+\.tgz --provenance/);
  for (const [name, text] of workflows) {
    assert.match(text, /^permissions: \{\}$/m, name);
    if (name !== "release.yml") assert.doesNotMatch(text, /: write\b/, name);
  }
});
