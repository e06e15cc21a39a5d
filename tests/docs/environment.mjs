/** The surroundings of a snippet: an emulated account behind `fetch`, its credentials in variables, and files to read. */
import { writeFileSync } from "node:fs";
import { createEmulator, makeCsv } from "smsc-wasm/testing";

export const emulator = createEmulator();

const { fetch } = globalThis;
const isOfService = (url) => /\/sys\/\w+\.php$/.test(new URL(url).pathname);
globalThis.fetch = (input, init) =>
  isOfService(input?.url ?? input) ? emulator.fetch(input, init) : fetch(input, init);

const { login, password, apiKey } = emulator.state;
Object.assign(process.env, { SMSC_LOGIN: login, SMSC_PASSWORD: password, SMSC_API_KEY: apiKey });

writeFileSync("certificate.pdf", "%PDF-1.7\n");
writeFileSync("november.csv", makeCsv(100));
