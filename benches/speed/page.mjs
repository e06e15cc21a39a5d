// In a browser: what was measured is left in `result`.
import { measure } from "./measure.mjs";

globalThis.result = await measure().catch((error) => ({ failed: String(error) }));
