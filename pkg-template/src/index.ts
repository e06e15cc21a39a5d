// For Node, Deno, Bun, browsers and bundlers: the bytes are inside, so there is no path, no permission and no setting.
import { packed } from "./bytes.js";
import { SmscError } from "./errors.js";
import { setSource } from "./load.js";

setSource(async () => {
  if (typeof DecompressionStream !== "function" || typeof Response !== "function") {
    const message =
      "this environment has no DecompressionStream or no Response, which smsc-wasm needs; for tests in Jest's jsdom, jest-fixed-jsdom has them";
    throw new SmscError({ code: "internal", message });
  }
  const stream = new Blob([fromBase64(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
});

/** By the platform where it can; else by a loop, which is twenty times as fast as `Uint8Array.from` with a function. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as unknown as { fromBase64?(text: string): Uint8Array<ArrayBuffer> }).fromBase64;
  if (native) return native.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

export * from "./api.js";
