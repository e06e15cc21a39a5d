/**
 * The package's own module with a fuse: it counts down at each entry of a function, and where it comes to nought there is a
 * trap, as a panic is one. So a call can be broken off at every point that it passes.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));

function find(tool) {
  for (let folder = here; ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", ...tool);
    if (existsSync(path)) return pathToFileURL(path).href;
    if (folder === dirname(folder)) throw new Error(`there is no ${tool[0]} in a node_modules above: run \`npm ci\``);
  }
}

const { default: binaryen } = await import(find(["binaryen", "index.js"]));

/** The bytes of the module, with a fuse in each function. */
export function instrumentedModule(path = fileURLToPath(import.meta.resolve("smsc-wasm/smsc.wasm"))) {
  const module = binaryen.readBinary(readFileSync(path));
  // It does not say which it uses.
  module.setFeatures(binaryen.Features.All);
  const { i32, none } = binaryen;
  module.addGlobal("fuse", i32, true, module.i32.const(0));
  const left = () => module.global.get("fuse", i32);
  const burn = () =>
    module.if(
      left(),
      module.block(null, [
        module.global.set("fuse", module.i32.sub(left(), module.i32.const(1))),
        module.if(module.i32.eqz(left()), module.unreachable()),
      ]),
      none,
    );
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const defined = module.getFunctionByIndex(index);
    const { body, results, module: importedFrom } = binaryen.getFunctionInfo(defined);
    if (!importedFrom) binaryen.Function.setBody(defined, module.block(null, [burn(), body], results));
  }
  module.addGlobalExport("fuse", "fuse");
  if (!module.validate()) throw new Error("the module with a fuse is none");
  return module.emitBinary();
}

/** Every instance of the package's module from now on, the newest last. (Node's `fetch` has a module of its own.) */
export function trackInstances() {
  const instances = [];
  const note = (instance) => {
    if ("invoke" in instance.exports) instances.push(instance);
  };
  const { instantiate, Instance } = WebAssembly;
  WebAssembly.instantiate = async (...args) => {
    const made = await instantiate.apply(WebAssembly, args);
    note(made.instance ?? made);
    return made;
  };
  WebAssembly.Instance = new Proxy(Instance, {
    construct(target, args) {
      const made = Reflect.construct(target, args);
      note(made);
      return made;
    },
  });
  return instances;
}
