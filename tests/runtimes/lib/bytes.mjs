/** Counts the copies of the WebAssembly module in a built application. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The module in the package: the file, and the start of its compressed form in `dist/index.js`. */
export function moduleOf(packageFolder) {
  const file = readFileSync(join(packageFolder, "dist", "smsc.wasm"));
  const code = readFileSync(join(packageFolder, "dist", "index.js"), "utf8");
  const head = /"(H4sI[\w+/]{200})/.exec(code)?.[1];
  if (!head) throw new Error("dist/index.js does not contain the compressed module in the expected form");
  return { file, head };
}

/** Counts the copies of the module below `folder`, as files and within scripts. */
export function copies(folder, { file, head }) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  let count = 0;
  for (const { name, parentPath, path } of files) {
    if (name.endsWith(".map")) continue;
    const content = readFileSync(join(parentPath ?? path, name));
    // The package has a second module, `formats.wasm`, which does not count.
    if (name.endsWith(".wasm")) count += content.equals(file) ? 1 : 0;
    else count += content.toString("latin1").split(head).length - 1;
  }
  return count;
}

/** Throws unless the application contains the module exactly once. */
export function onceIn(folder, module) {
  const count = copies(folder, module);
  if (count !== 1) throw new Error(`the build contains the WebAssembly ${count} times`);
}
