/** Exports a month and a task of the built-in emulator of the service, and sums the costs. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createEmulator } from "smsc-wasm/testing";

const day = (daysAgo) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
const service = await createEmulator({ messages: 12_000 }).listen();
const { SMSC_LOGIN, SMSC_PASSWORD, SMSC_REGION, ...env } = process.env;

/** Runs a command. Returns its exit code. */
async function run(...args) {
  console.log(`\n$ node warehouse.mjs ${args.join(" ")}`);
  const child = spawn(process.execPath, [fileURLToPath(new URL("warehouse.mjs", import.meta.url)), ...args], {
    stdio: "inherit",
    env: { ...env, SMSC_API_KEY: "demo-key", SMSC_BASE_URL: service.url },
  });
  const [code] = await once(child, "close");
  return code ?? 1;
}

// Ctrl-C reaches the command too, which ends by itself.
process.on("SIGINT", () => {});
process.exitCode =
  (await run("export", "--from", day(30), "--to", day(0), "--task", "301", "--out", "demo-data")) ||
  (await run("query", "--by", "operator,month", "--in", "demo-data")) ||
  (await run("query", "--by", "status", "--task", "301", "--in", "demo-data"));
await service.close();
