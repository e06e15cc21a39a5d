import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "../../smoke.mjs";

export default defineEventHandler((event) =>
  smoke({ createClient, decodeHistory, SmscError }, String(getQuery(event).service)),
);
