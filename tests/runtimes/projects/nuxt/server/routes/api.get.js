import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "../../shared/smoke.js";

export default defineEventHandler((event) =>
  smoke({ createClient, decodeHistory, SmscError }, getQuery(event).service),
);
