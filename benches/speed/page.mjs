// In a browser: stores the measurements in `globalThis.result`.
import { measure } from "./measure.mjs";

globalThis.result = await measure().catch((error) => ({ failed: String(error) }));
