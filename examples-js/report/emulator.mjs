/** The built-in emulator as a service of its own: prints its address, and runs until its input ends. */
import { createEmulator } from "smsc-wasm/testing";

const service = await createEmulator().listen();
console.log(service.url);
process.stdin.on("end", () => process.exit()).resume();
