import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { smoke } from "./smoke.mjs";

console.log(JSON.stringify(await smoke({ createClient, decodeHistory, SmscError }, process.argv[2])));
