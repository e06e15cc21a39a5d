import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "./smoke.mjs";

const service = new URLSearchParams(location.search).get("service");
smoke({ createClient, decodeHistory, SmscError }, service, { dangerouslyAllowBrowser: true }).then((result) => {
  globalThis.result = result;
});
