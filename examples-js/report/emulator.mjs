/** Runs the built-in emulator as a separate service: prints its address, and exits when its input ends. */
import { createEmulator } from "smsc-wasm/testing";

const service = await createEmulator().listen();
console.log(service.url);
process.stdin.on("end", () => process.exit()).resume();
