/** Runs the built-in emulator as a separate service, until Ctrl-C: prints its address. */
import { createEmulator } from "smsc-wasm/testing";

const service = await createEmulator().listen();
console.log(service.url);
// A program that starts this one keeps its input open. The emulator then does not outlive it.
if (process.argv.includes("--until-input-ends")) process.stdin.on("end", () => process.exit()).resume();
