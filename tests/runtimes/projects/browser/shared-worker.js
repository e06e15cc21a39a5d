import { createClient, decodeHistory, SmscError } from "/node_modules/smsc-wasm/dist/index.js";
import { smoke } from "./smoke.mjs";

const service = new URLSearchParams(location.search).get("service");
const result = smoke({ createClient, decodeHistory, SmscError }, service, { dangerouslyAllowBrowser: true });
addEventListener("connect", async ({ ports: [port] }) => port.postMessage(await result));
