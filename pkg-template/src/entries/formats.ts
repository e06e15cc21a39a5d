// Stored responses, for Node, Deno, Bun, browsers and bundlers. The bytes of the module are in a separate file, which is loaded
// for the first response.
import { setPackedModule } from "../formats/index.js";

setPackedModule(async () => (await import("../formats-bytes.js")).packed);

export { decodeHistory, decodeSenders, decodeTasks } from "../formats/index.js";
