import { createClient, decodeHistory, type Message, SmscError } from "smsc-wasm";
import { smoke } from "./smoke.mjs";

const first = (messages: Message[]): string | undefined => messages[0]?.intId;
if (first([]) !== undefined) throw new Error();

console.log(JSON.stringify(await smoke({ createClient, decodeHistory, SmscError }, Deno.args[0])));
