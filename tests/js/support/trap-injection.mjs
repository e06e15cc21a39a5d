/**
 * Instruments the package's WebAssembly modules with a countdown, which each function decrements on entry. The module traps, as
 * after a panic, when the countdown reaches zero. A test can thus interrupt a call at any function entry.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

function resolveTool(path) {
  for (let folder = here; ; folder = dirname(folder)) {
    const file = join(folder, "node_modules", ...path);
    if (existsSync(file)) return pathToFileURL(file).href;
    if (folder === dirname(folder))
      throw new Error(`${path[0]} is not installed in a parent folder's node_modules: run \`npm ci\``);
  }
}

const { default: binaryen } = await import(resolveTool(["binaryen", "index.js"]));

/** The bytes of the module `smsc` or `formats`, with the countdown in each function. Its global is exported as `countdown`. */
export function instrumentedModule(name) {
  const folder = dirname(fileURLToPath(import.meta.resolve("smsc-wasm/smsc.wasm")));
  const module = binaryen.readBinary(readFileSync(join(folder, `${name}.wasm`)));
  // The module does not declare the features that it uses.
  module.setFeatures(
    ["MutableGlobals", "NontrappingFPToInt", "SIMD128", "BulkMemory", "BulkMemoryOpt", "SignExt", "ReferenceTypes"]
      .concat("Multivalue", "CallIndirectOverlong")
      .reduce((features, name) => features | binaryen.Features[name], 0),
  );
  const { i32, none } = binaryen;
  module.addGlobal("countdown", i32, true, module.i32.const(0));
  const remaining = () => module.global.get("countdown", i32);
  const decrement = () =>
    module.if(
      remaining(),
      module.block(null, [
        module.global.set("countdown", module.i32.sub(remaining(), module.i32.const(1))),
        module.if(module.i32.eqz(remaining()), module.unreachable()),
      ]),
      none,
    );
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const fn = module.getFunctionByIndex(index);
    const { body, results, module: importedFrom } = binaryen.getFunctionInfo(fn);
    if (!importedFrom) binaryen.Function.setBody(fn, module.block(null, [decrement(), body], results));
  }
  module.addGlobalExport("countdown", "countdown");
  if (!module.validate()) throw new Error("the instrumented module is invalid");
  return module.emitBinary();
}

/**
 * Records all later instances of the module `smsc` or `formats`, the newest last. `bytes` replace those of the package. (Node's `fetch`
 * uses a separate module.)
 */
export function trackInstances(name, bytes) {
  const instances = [];
  const isOfModule = (imports) => imports !== undefined && `./${name}_bg.js` in imports;
  const { instantiate, Instance } = WebAssembly;
  WebAssembly.instantiate = async (source, imports) => {
    const isTracked = isOfModule(imports);
    const result = await instantiate.call(WebAssembly, isTracked ? (bytes ?? source) : source, imports);
    if (isTracked) instances.push(result.instance ?? result);
    return result;
  };
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, args) {
      const result = Reflect.construct(target, args);
      if (isOfModule(args[1])) instances.push(result);
      return result;
    },
  });
  return instances;
}
