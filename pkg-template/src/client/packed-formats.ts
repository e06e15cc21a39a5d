/** The bytes of the module of stored responses, from a script. */
import { unpacked } from "../runtime/unpacked.js";
import { setModuleSource } from "./stored-responses.js";

/** Sets how the bytes are loaded. */
export function setPackedModule(load: () => string | Promise<string>): void {
  setModuleSource(async () => WebAssembly.compile(await unpacked(await load())));
}
