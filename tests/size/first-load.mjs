/** The download of a page before its first call. */
import { relative } from "node:path";
import { build } from "esbuild";

/** Bundles and minifies a page's script. Returns the contents of all files that it imports statically. */
export async function firstLoad(contents, resolveDir, platform = "browser") {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir, sourcefile: "page.mjs" },
    outdir: resolveDir,
    bundle: true,
    // Code that is loaded on first use goes into other files.
    splitting: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    platform,
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const { outputs } = metafile;
  const loaded = new Set();
  const load = (path) => {
    if (loaded.has(path)) return;
    loaded.add(path);
    for (const { path: imported, kind } of outputs[path].imports) if (kind === "import-statement") load(imported);
  };
  load(Object.keys(outputs).find((path) => outputs[path].entryPoint?.endsWith("page.mjs")));
  const files = outputFiles.filter(({ path }) => loaded.has(relative(process.cwd(), path)));
  return Buffer.concat(files.map(({ contents }) => contents));
}
