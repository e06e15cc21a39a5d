import { jsStringReader } from "../builders/js-strings.js";
import { setStringReader } from "../builders/text-slicer.js";
import { formatsGlue } from "../formats-glue.js";
import type * as Exports from "../formats-module.js";
import { SmscError } from "../runtime/errors.js";
import { type Glue, type Instance, WasmModule } from "../runtime/instance.js";
import { importFailure, loadFailure } from "../runtime/load-failure.js";
import { unpacked } from "../runtime/unpacked.js";

/** An instance of the module that reads files and stored responses. */
export type FormatsInstance = Instance<typeof Exports>;

type Source = () => Promise<BufferSource | WebAssembly.Module> | WebAssembly.Module;

let source: Source;
// Not `module`: Vitest evaluates a script in a function that has a parameter of this name.
let loading: Promise<WasmModule<typeof Exports>> | undefined;

/** Sets how the module is loaded; each entry of the package has its own way. */
export function setModuleSource(given: Source): void {
  source = given;
}

/** Sets how its bytes are loaded from a script. Where that is possible, strings are made by WebAssembly too. */
export function setPackedModule(load: () => string | Promise<string>): void {
  setStringReader(jsStringReader);
  setModuleSource(async () => {
    let packed: string;
    try {
      packed = await load();
    } catch (cause) {
      throw importFailure(cause);
    }
    return unpacked(packed);
  });
}

/** The module, which is loaded once. After a failure, the next call tries it again. */
export function formatsModule(): Promise<WasmModule<typeof Exports>> {
  loading ??= start().catch((cause) => {
    loading = undefined;
    throw cause instanceof SmscError ? cause : loadFailure(cause);
  });
  return loading;
}

async function start(): Promise<WasmModule<typeof Exports>> {
  return WasmModule.start("formats", formatsGlue as Glue<typeof Exports>, await source());
}
