// Puts the functions of a compiled module in such an order that each stands behind the one it is most alike: what compresses the
// module finds more that it has seen just before. order.mjs <module>
//
// It is the last step: what optimises would put them in an order of its own.
import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";

const [module] = process.argv.slice(2);
const text = `${module}.wat`;
// What the target of the compiler has.
const features =
  "bulk-memory bulk-memory-opt multivalue mutable-globals nontrapping-float-to-int reference-types sign-ext simd"
    .split(" ")
    .map((feature) => `--enable-${feature}`);

execFileSync("wasm-dis", [...features, module, "-o", text]);
// What the module consists of is set in by one space, all within that by more.
const whole = readFileSync(text, "utf8");
const end = whole.lastIndexOf("\n)");
const forms = whole.slice(0, end).split(/\n(?= \()/);
const isFunction = (form) => form.startsWith(" (func ");
const functions = forms.filter(isFunction);
if (functions.length < 10) throw new Error(`only ${functions.length} functions were found in ${module}`);

/** So many words in turn are what two functions can have in common. */
const RUN = 6;
/** Small functions have little to say. */
const SMALL = 20;

const runs = functions.map((body) => {
  const words = body.replace(/\$\S+/g, "").match(/[\w.]+/g);
  return new Set(words.map((_, at) => words.slice(at, at + RUN).join(" ")));
});

function likeness(one, other) {
  const common = [...runs[one]].filter((run) => runs[other].has(run)).length;
  return common / Math.sqrt((runs[one].size + SMALL) * (runs[other].size + SMALL));
}

const left = new Set(functions.keys());
const order = [];
for (let next = 0; next !== undefined; ) {
  left.delete(next);
  order.push(functions[next]);
  const last = next;
  next = undefined;
  let most = -1;
  for (const other of left) {
    const found = likeness(last, other);
    if (found > most) [most, next] = [found, other];
  }
}

const inTurn = order.values();
writeFileSync(text, forms.map((form) => (isFunction(form) ? inTurn.next().value : form)).join("\n") + whole.slice(end));
// It says that it was given nothing to do, but writes the shorter forms that these levels allow.
execFileSync("wasm-opt", [...features, text, "-o", module, "--optimize-stack-ir", "-ol=2", "-s=2"], { stdio: "pipe" });
rmSync(text);
