/** The settings of the server: the account from the environment, the rest from the command line. */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createEmulator } from "smsc-wasm/testing";

/** Reads the command line and the environment. */
export function readSettings(args, environment) {
  const { values } = parseArgs({
    args,
    options: {
      allow: { type: "string", default: "" },
      port: { type: "string", default: "8787" },
      panel: { type: "string", default: fileURLToPath(new URL("../admin-panel/dist", import.meta.url)) },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error("--port takes a number from 0 to 65535");
  const changes = values.allow.split(",").filter((name) => name !== "");
  return { port, panel: values.panel, changes, ...readAccount(environment) };
}

/** The account's options for the proxy, and its description. Many environments use an empty variable for "none". */
function readAccount({ SMSC_API_KEY, SMSC_LOGIN, SMSC_PASSWORD, SMSC_REGION, SMSC_BASE_URL }) {
  const address = SMSC_BASE_URL ? { baseUrl: SMSC_BASE_URL } : { region: SMSC_REGION || "ru" };
  const description = SMSC_BASE_URL || `region ${address.region}`;
  if (SMSC_API_KEY) return { account: { apiKey: SMSC_API_KEY, ...address }, description };
  if (SMSC_LOGIN && SMSC_PASSWORD) {
    return { account: { login: SMSC_LOGIN, password: SMSC_PASSWORD, ...address }, description };
  }
  return { account: createEmulator().clientOptions(), description: "the emulator, with sample data" };
}
