import { createClient } from "smsc-wasm";
import { createProxy } from "smsc-wasm/proxy";
import { proxyChecks } from "./proxy-checks.mjs";

console.log(JSON.stringify(await proxyChecks({ createClient, createProxy }, process.argv[2])));
