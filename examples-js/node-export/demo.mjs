/** Runs the export on the built-in emulator of the service, with the options of the command line. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { createEmulator } from "smsc-wasm/testing";

const service = await createEmulator({ messages: 12_000, latencyMs: 300 }).listen();
const { SMSC_LOGIN, SMSC_PASSWORD, SMSC_REGION, ...env } = process.env;
const child = spawn(
  process.execPath,
  [
    fileURLToPath(new URL("export.mjs", import.meta.url)),
    "--database",
    "demo.db",
    "--csv",
    "demo.csv",
    ...process.argv.slice(2),
  ],
  { stdio: "inherit", env: { ...env, SMSC_API_KEY: "demo-key", SMSC_BASE_URL: service.url } },
);
// Ctrl-C reaches the export too, which ends by itself.
process.on("SIGINT", () => {});
child.on("close", async (code) => {
  await service.close();
  process.exitCode = code ?? 1;
});
