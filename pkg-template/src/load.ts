import { SmscError } from "./errors.js";
import start, { type InitOutput } from "./smsc.js";

/** Where the WebAssembly comes from: an address, a `Response`, its bytes, or a compiled module. */
export type WasmSource = string | URL | Response | BufferSource | WebAssembly.Module;

type Source = WasmSource | Promise<WasmSource>;

let ownSource: (() => Source) | undefined;
let loading: Promise<void> | undefined;
let loaded: InitOutput | undefined;

/** Each entry of the package says here how it reaches the bytes. */
export function setSource(source: () => Source): void {
  ownSource = source;
}

/**
 * Loads the WebAssembly ahead of time. `createClient` does it by itself; only `smsc-wasm/slim` needs a `source`. Loading
 * twice is harmless, and one that failed can be tried again.
 *
 * @param source Where it comes from: the address of `smsc-wasm/smsc.wasm`, a `Response`, the bytes, or a
 *   `WebAssembly.Module`. Default: the bytes that this package holds.
 */
export function init(source?: Source): Promise<void> {
  if (loaded) return Promise.resolve();
  loading ??= load(source).then(
    (core) => {
      loaded = core;
    },
    (cause) => {
      loading = undefined;
      throw cause instanceof SmscError ? cause : failure("the WebAssembly could not be loaded", cause);
    },
  );
  return loading;
}

/** The core's memory. Its buffer is another one after it has grown. */
export function memory(): WebAssembly.Memory {
  if (loaded === undefined) throw failure("the WebAssembly is not loaded yet: await `createClient` or `init` first");
  return loaded.memory;
}

async function load(source: Source | undefined): Promise<InitOutput> {
  const given = source ?? ownSource?.();
  if (given === undefined) {
    throw failure(
      "smsc-wasm/slim holds no WebAssembly: call `init(source)` with the address of smsc-wasm/smsc.wasm first",
    );
  }
  return start({ module_or_path: await reach(await given) });
}

/** What the generated module takes. An address is fetched here, since Node's `fetch` reads no files. */
async function reach(source: WasmSource): Promise<Response | BufferSource | WebAssembly.Module> {
  if (typeof source !== "string" && !(source instanceof URL)) return source;
  const address = String(source);
  const files = address.startsWith("file:") ? globalThis.process?.getBuiltinModule?.("node:fs/promises") : undefined;
  if (files) return files.readFile(new URL(address));
  const response = await fetch(address);
  if (!response.ok) throw failure(`the WebAssembly was not found: HTTP status ${response.status} for ${address}`);
  return response;
}

function failure(message: string, cause?: unknown): SmscError {
  return new SmscError({ code: "internal", message }, cause === undefined ? undefined : { cause });
}
