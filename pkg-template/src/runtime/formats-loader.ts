// The second part of the package, which reads files and stored responses, is loaded on first use: a page that lists the history does
// not need it. This file is shared by the client and `smsc-wasm/formats-static`.
import type * as Formats from "../formats/index.js";
import { importFailure } from "./load-failure.js";

let load: () => Promise<typeof Formats>;
let loaded: typeof Formats | undefined;

/** Sets how the part is loaded. */
export function setFormatsLoader(loader: () => Promise<typeof Formats>): void {
  load = loader;
}

/** Sets the part itself, where it is loaded from the start. */
export function setFormats(formats: typeof Formats): void {
  loaded = formats;
}

/** The functions that read files and stored responses. */
export async function formats(): Promise<typeof Formats> {
  try {
    return loaded ?? (await load());
  } catch (cause) {
    throw importFailure(cause);
  }
}
