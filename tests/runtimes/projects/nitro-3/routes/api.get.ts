import { defineHandler } from "nitro/h3";
import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "../smoke.mjs";

export default defineHandler(({ url }) =>
  smoke({ createClient, decodeHistory, SmscError }, String(url.searchParams.get("service"))),
);
