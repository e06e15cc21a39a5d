import { SmscError } from "./errors.js";

/**
 * The bytes of a module that is packed inside a script: gzip, then base64. Node.js by its own zlib, which is loaded from the
 * start: its web streams take ten milliseconds longer. Deno and Bun would have to load a zlib of Node.js, and so stream.
 */
export async function unpacked(packed: string): Promise<BufferSource> {
  const bytes = fromBase64(packed);
  const streamsOnly = "Deno" in globalThis || "Bun" in globalThis;
  const zlib = streamsOnly ? undefined : globalThis.process?.getBuiltinModule?.("node:zlib");
  if (zlib) return zlib.gunzipSync(bytes);
  if (typeof DecompressionStream === "function" && typeof Response === "function") {
    // Not through a `Blob`: what a test's page of its own puts in its place has no stream.
    const body = new Response(bytes).body as ReadableStream<BufferSource>;
    return new Response(body.pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  }
  throw SmscError.create({ code: "internal", message: "smsc-wasm needs an environment with DecompressionStream" });
}

/** By the platform where it can; else by a loop, which is twenty times as fast as `Uint8Array.from` with a function. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const native = (Uint8Array as unknown as { fromBase64?(text: string): Uint8Array<ArrayBuffer> }).fromBase64;
  if (native) return native.call(Uint8Array, text);
  if (globalThis.Buffer) return globalThis.Buffer.from(text, "base64");
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
