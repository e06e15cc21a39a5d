import { readFile } from "node:fs/promises";
import { join } from "node:path";

const TIMEOUT_MS = 10_000;

/** Waits until a browser has saved a file completely, and returns its bytes. */
export async function downloaded(folder, name) {
  let size = -1;
  for (const end = Date.now() + TIMEOUT_MS; Date.now() < end; ) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    // The browsers give a file its name after its last byte; Firefox reserves the name with an empty file.
    if (bytes && bytes.length > 0 && bytes.length === size) return bytes;
    size = bytes?.length ?? -1;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the browser saved no ${name}`);
}
