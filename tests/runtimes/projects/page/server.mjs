import { createClient, SmscError } from "smsc-wasm";
import { smoke } from "./smoke.mjs";

smoke({ createClient, SmscError }, process.argv[2]).then((result) => console.log(JSON.stringify(result)));
