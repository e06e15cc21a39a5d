import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

// Where the project ends: this one lies inside of another.
const root = dirname(fileURLToPath(import.meta.url));
export default { turbopack: { root }, outputFileTracingRoot: root };
