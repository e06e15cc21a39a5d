// The bodies of responses. A custom `fetch` may return any object.

import { isArrayBuffer } from "./realm-values.js";
import { contentLengthOf } from "./response-head.js";
import { viewOf } from "./view-of.js";

/** The bytes of a reader's result; `undefined` at the end. A custom stream may give anything. */
export function chunkOf({ done, value }: { done: boolean; value?: unknown }): Uint8Array | undefined {
  if (done) return undefined;
  if (ArrayBuffer.isView(value)) return viewOf(value);
  throw new TypeError("the stream of the body gave something other than bytes");
}

/** The chunks of a whole body; `undefined` if it is too large, `null` if a custom `fetch` gave nothing to read. */
export async function readBody(
  response: Response,
  maxBytes: number,
  isInFlight: () => boolean,
): Promise<Uint8Array[] | undefined | null> {
  const { body } = response;
  if ((contentLengthOf(response) ?? 0) > maxBytes) {
    if (body) cancelBody(body);
    return undefined;
  }
  if (typeof body?.getReader !== "function") {
    const bytes = await readWithoutStream(response);
    if (bytes === null) return null;
    return bytes.byteLength > maxBytes ? undefined : [bytes];
  }
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const chunk = chunkOf(await reader.read());
    if (chunk === undefined) return chunks.map(viewOf);
    size += chunk.byteLength;
    // The stream of a custom `fetch` may not end with the signal.
    if (size > maxBytes || !isInFlight()) {
      cancelBody(reader);
      return undefined;
    }
    chunks.push(chunk);
  }
}

async function readWithoutStream(response: Response): Promise<Uint8Array | null> {
  if (typeof response.arrayBuffer === "function") {
    const buffer: unknown = await response.arrayBuffer();
    if (isArrayBuffer(buffer)) return new Uint8Array(buffer);
    throw new TypeError("`arrayBuffer()` of the response gave something other than an ArrayBuffer");
  }
  return typeof response.text === "function" ? new TextEncoder().encode(String(await response.text())) : null;
}

/** Gives up a body. What fails here has no effect. */
export async function cancelBody(body: ReadableStream | ReadableStreamDefaultReader): Promise<void> {
  try {
    await body.cancel();
  } catch {}
}
