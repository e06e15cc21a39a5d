import { createClient, SmscError } from "smsc-wasm";
import { smoke } from "./smoke.mjs";

console.log(JSON.stringify(await smoke({ createClient, SmscError }, process.argv[2])));
