/** How often an application that was built holds the WebAssembly. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The module as a package has it: as a file, and the first bytes of it packed, as `dist/index.js` holds them. */
export function moduleOf(packageFolder) {
  const file = readFileSync(join(packageFolder, "dist", "smsc.wasm"));
  const code = readFileSync(join(packageFolder, "dist", "index.js"), "utf8");
  const head = /"(H4sI[\w+/]{200})/.exec(code)?.[1];
  if (!head) throw new Error("dist/index.js does not hold the module as it used to");
  return { file, head };
}

/** Counts the module in what is below `folder`: as a file, and inside of scripts. */
export function copies(folder, { file, head }) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  let count = 0;
  for (const { name, parentPath, path } of files) {
    if (name.endsWith(".map")) continue;
    const content = readFileSync(join(parentPath ?? path, name));
    // There is a second module, for saved replies.
    if (name.endsWith(".wasm")) count += content.equals(file) ? 1 : 0;
    else count += content.toString("latin1").split(head).length - 1;
  }
  return count;
}

/** Fails unless the application holds the module once. */
export function onceIn(folder, module) {
  const count = copies(folder, module);
  if (count !== 1) throw new Error(`the build holds the WebAssembly ${count} times`);
}
