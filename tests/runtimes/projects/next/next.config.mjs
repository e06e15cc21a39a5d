import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

// The root of the project, which is within another project.
const root = dirname(fileURLToPath(import.meta.url));
export default { turbopack: { root }, outputFileTracingRoot: root };
