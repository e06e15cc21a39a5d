import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "../utils/smoke.js";

export default defineEventHandler((event) =>
  smoke({ createClient, decodeHistory, SmscError }, getQuery(event).service),
);
