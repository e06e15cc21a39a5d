/** How often an application that was built holds the WebAssembly. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The first bytes of the packed module, as `dist/index.js` holds them. */
export function headOf(packageFolder) {
  const code = readFileSync(join(packageFolder, "dist", "index.js"), "utf8");
  const head = /"(H4sI[\w+/]{200})/.exec(code)?.[1];
  if (!head) throw new Error("dist/index.js does not hold the module as it used to");
  return head;
}

/** Counts the module in what is below `folder`: as a file, and inside of scripts. */
export function copies(folder, head) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  let count = 0;
  for (const { name, parentPath, path } of files) {
    if (name.endsWith(".map")) continue;
    if (name.endsWith(".wasm")) count += 1;
    else count += readFileSync(join(parentPath ?? path, name), "latin1").split(head).length - 1;
  }
  return count;
}

/** Fails unless the application holds the module once. */
export function onceIn(folder, head) {
  const count = copies(folder, head);
  if (count !== 1) throw new Error(`the build holds the WebAssembly ${count} times`);
}
