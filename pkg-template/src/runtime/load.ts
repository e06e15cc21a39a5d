import type { IfKnown, PlatformModule, PlatformResponse, PlatformURL } from "../client/platform.js";
import type * as Core from "../core.js";
import { glue } from "../glue.js";
import { internal, notLoaded, SmscError } from "./errors.js";
import { type Glue, startCore } from "./instance.js";
import { loadFailure } from "./load-failure.js";

/** Where the WebAssembly comes from: an address, a `Response`, its bytes, or a compiled module. */
export type WasmSource =
  | string
  | ArrayBuffer
  | ArrayBufferView
  | IfKnown<PlatformURL>
  | IfKnown<PlatformResponse>
  | IfKnown<PlatformModule>;

type Source = WasmSource | Promise<WasmSource>;

let ownSource: (() => Source) | undefined;
let loading: Promise<void> | undefined;

/** Each entry of the package sets how it reaches the bytes. */
export function setSource(source: () => Source): void {
  ownSource = source;
}

/**
 * Loads the WebAssembly ahead of time. `createClient` does it by itself; only `smsc-wasm/slim` needs a `source`. Loading
 * twice is harmless, and a load that failed can be repeated.
 *
 * @param source Where it comes from: the address of `smsc-wasm/smsc.wasm`, a `Response`, the bytes, or a
 *   `WebAssembly.Module`. Default: the bytes that this package holds.
 * @returns Resolves once the WebAssembly is ready.
 * @throws SmscError `internal` if it cannot be loaded, with the reason; `invalid_option` if `smsc-wasm/slim` has no `source`.
 * @example
 * // Of smsc-wasm/slim in Node.js. For bundlers, see https://github.com/smsc-wasm/smsc-wasm/blob/main/docs/hosts.md#bundlers
 * await init(import.meta.resolve("smsc-wasm/smsc.wasm"));
 */
export function init(source?: Source): Promise<void> {
  loading ??= load(source).catch((cause) => {
    loading = undefined;
    throw cause instanceof SmscError ? cause : loadFailure(cause);
  });
  return loading;
}

async function load(source: Source | undefined): Promise<void> {
  const given = source ?? ownSource?.();
  if (given === undefined) {
    throw notLoaded(
      "smsc-wasm/slim contains no WebAssembly: call `init(source)` with the address of smsc-wasm/smsc.wasm first",
    );
  }
  await startCore(glue as Glue<typeof Core>, await read(await given));
}

/** The bytes, or the module. The address of a file is read here, since Node's `fetch` reads none. */
async function read(source: WasmSource): Promise<BufferSource | WebAssembly.Module> {
  // A URL may be of another realm.
  const address = typeof source === "string" ? source : (source as Partial<URL>).href;
  let found = source as Exclude<WasmSource, string | URL>;
  if (typeof address === "string") {
    const files = address.startsWith("file:") ? globalThis.process?.getBuiltinModule?.("node:fs/promises") : undefined;
    if (files) return files.readFile(new URL(address));
    found = await fetch(address);
  }
  if (!("arrayBuffer" in found)) return found;
  if (!found.ok) throw internal(`the WebAssembly was not found: HTTP status ${found.status} for ${found.url}`);
  return found.arrayBuffer();
}
