// How long a Worker takes from its start to its first reply: workerd.mjs <rounds> <worker>…
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { takeTurns } from "./turns.mjs";

const [rounds, ...names] = process.argv.slice(2);

const start = (name) => async () => {
  const modules = [{ type: "ESModule", path: `dist/${name}.js` }];
  if (name.includes("wasm"))
    modules.push({ type: "CompiledWasm", path: "dist/smsc.wasm" }, { type: "CompiledWasm", path: "dist/formats.wasm" });
  const options = { cf: false, compatibilityDate: "2026-10-01", modulesRoot: "dist", modules };
  const miniflare = new Miniflare(convertV4MiniflareOptions(options));
  const text = await (await miniflare.dispatchFetch("http://127.0.0.1/")).text();
  if (text !== "100.50") throw new Error(text);
  await miniflare.dispose();
};

console.log(
  JSON.stringify(await takeTurns(Object.fromEntries(names.map((name) => [name, start(name)])), Number(rounds))),
);
