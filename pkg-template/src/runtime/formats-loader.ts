// The second module and its script (the folder `formats`), which read files and stored responses and make columns and lines, are loaded
// on first use: a page that lists the history does not need them. `entries/index.ts` sets the loader: entries/reader.ts, which imports
// entries/formats.ts and with it the bytes of the module. This file is shared by the client and `smsc-wasm/formats-static`.
import { importFailure } from "./load-failure.js";

/** The functions of that script. */
export type Formats = typeof import("../formats/index.js");

let load: () => Promise<Formats>;
let loaded: Formats | undefined;

/** Sets how the script is loaded. */
export function setFormatsLoader(loader: () => Promise<Formats>): void {
  load = loader;
}

/** Sets the script itself, where it is loaded from the start. */
export function setFormats(formats: Formats): void {
  loaded = formats;
}

/** The functions that read files and stored responses, once their module is ready. */
export async function loadFormats(): Promise<Formats> {
  let script: Formats;
  try {
    script = loaded ?? (await load());
  } catch (cause) {
    throw importFailure(cause);
  }
  await script.formatsModule();
  return script;
}
