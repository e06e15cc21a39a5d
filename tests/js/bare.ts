/** Every entry point in a project without the types of a platform. This file is only compiled. */
import * as smscWasm from "smsc-wasm";
import * as cloudflare from "smsc-wasm/cloudflare";
import * as codes from "smsc-wasm/codes";
import * as formats from "smsc-wasm/formats";
import * as formatsStatic from "smsc-wasm/formats-static";
import * as proxy from "smsc-wasm/proxy";
import * as redis from "smsc-wasm/redis";
import * as slim from "smsc-wasm/slim";
import * as testing from "smsc-wasm/testing";

export { cloudflare, codes, formats, formatsStatic, proxy, redis, slim, smscWasm, testing };

const emulator = testing.createEmulator({ messages: 5 });
export const smsc: Promise<smscWasm.Smsc> = smscWasm.createClient({
  ...emulator.clientOptions(),
  fetch: emulator.fetch,
});
