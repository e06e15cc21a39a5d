/** Gives complete files their final names: all of them or, after an error, none. */
import { lstatSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../outcome.mjs";

const entryOf = (path) => lstatSync(path, { throwIfNoEntry: false });

/** Throws if a folder has the name of a file. */
export function checkNames(files, out) {
  const path = files.map((file) => join(out, file)).find((path) => entryOf(path)?.isDirectory());
  if (path) throw new UsageError(`${path} is a folder. Rename it, or choose another folder with --out.`);
}

/**
 * Moves files from `folder` into `out`. Earlier files of these names are replaced. The calls are synchronous, so that a signal
 * does not end the process between them.
 */
export function publishFiles(files, folder, out) {
  checkNames(files, out);
  // Not within `folder`, which is removed after every error: if the undo fails too, these are the only copies.
  const earlier = mkdtempSync(join(out, ".earlier-"));
  const moved = [];
  const move = (from, to) => {
    renameSync(from, to);
    moved.push({ from, to });
  };
  try {
    for (const file of files) {
      const path = join(out, file);
      if (entryOf(path)) move(path, join(earlier, file));
      move(join(folder, file), path);
    }
  } catch (cause) {
    undo(moved, earlier);
    throw new Error(`The files cannot be replaced: ${cause.message}`, { cause });
  }
  removeEarlier(earlier);
}

function undo(moved, earlier) {
  try {
    for (const { from, to } of moved.reverse()) renameSync(to, from);
  } catch (cause) {
    throw new Error(`The earlier files are in ${earlier}, and cannot be moved back: ${cause.message}`, { cause });
  }
  removeEarlier(earlier);
}

/** Another program can have a file open that cannot be removed then. It does no harm. */
function removeEarlier(earlier) {
  try {
    rmSync(earlier, { recursive: true, force: true });
  } catch {}
}
