// The second part of the package, which reads files and stored responses, is loaded on first use: a page that lists the history does
// not need it. This file is shared by the client and `smsc-wasm/formats-static`.
import { importFailure } from "./load-failure.js";

/** The functions of that part. */
export type Formats = typeof import("../formats/index.js");

let load: () => Promise<Formats>;
let loaded: Formats | undefined;

/** Sets how the part is loaded. */
export function setFormatsLoader(loader: () => Promise<Formats>): void {
  load = loader;
}

/** Sets the part itself, where it is loaded from the start. */
export function setFormats(formats: Formats): void {
  loaded = formats;
}

/** The functions that read files and stored responses, once their module is ready. */
export async function formats(): Promise<Formats> {
  let part: Formats;
  try {
    part = loaded ?? (await load());
  } catch (cause) {
    throw importFailure(cause);
  }
  await part.formatsModule();
  return part;
}
