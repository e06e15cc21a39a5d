import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "../utils/smoke.js";

// A text, because the dev server indents objects.
export default defineEventHandler(async (event) =>
  JSON.stringify(await smoke({ createClient, decodeHistory, SmscError }, getQuery(event).service)),
);
