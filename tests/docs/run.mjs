/** Runs a snippet in a process and a folder of its own. */
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const TIMEOUT_MS = 60_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Resolves with the output if the program ends without an error; rejects with its output otherwise. */
export function run(name, script) {
  const folder = join(here, "run", name);
  mkdirSync(folder, { recursive: true });
  const path = join(here, "run", `${name}.mjs`);
  writeFileSync(path, script);
  const guard = pathToFileURL(join(here, "../loopback-only.mjs")).href;
  const args = ["--no-warnings", "--import", guard, join(here, "start.mjs"), pathToFileURL(path).href];
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      args,
      { cwd: folder, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout);
        else if (error.killed) reject(new Error(`did not end within ${TIMEOUT_MS} ms\n${stderr}`));
        // Node.js exits with 13 if an `await` at the top level never settles.
        else reject(new Error(`exit code ${error.code}\n${stderr}`));
      },
    );
  });
}
