import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "./smoke.mjs";

smoke({ createClient, decodeHistory, SmscError }, process.argv[2]).then((result) =>
  console.log(JSON.stringify(result)),
);
