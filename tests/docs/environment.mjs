/** The surroundings of a snippet: an emulated account behind `fetch`, the key in a variable, and files to read. */
import { writeFileSync } from "node:fs";
import { createEmulator, makeCsv } from "smsc-wasm/testing";

export const emulator = createEmulator();

const { fetch } = globalThis;
const isOfService = (url) => /\/sys\/\w+\.php$/.test(new URL(url).pathname);
globalThis.fetch = (input, init) =>
  isOfService(input?.url ?? input) ? emulator.fetch(input, init) : fetch(input, init);

process.env.SMSC_API_KEY = "demo-key";

writeFileSync("certificate.pdf", "%PDF-1.7\n");
writeFileSync("november.csv", makeCsv(100));
