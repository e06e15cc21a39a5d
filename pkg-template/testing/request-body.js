/** Reads the body of a `fetch` call, of any realm, into bytes. */

import { collectBytes, concatBytes, copyBytes, isKind } from "./bytes.js";

/** @typedef {{ bytes: Uint8Array | Promise<Uint8Array>, type?: string }} ReadBody */

const encoder = new TextEncoder();

/**
 * Reads the common types synchronously, so that the request has arrived when `fetch` returns its promise.
 *
 * @param {unknown} body
 * @returns {ReadBody} `type` is the Content-Type that `fetch` sends for such a body.
 */
export function readBody(body) {
  if (body === null || body === undefined) return { bytes: new Uint8Array() };
  if (isKind(body, "URLSearchParams")) {
    return { bytes: encoder.encode(String(body)), type: "application/x-www-form-urlencoded;charset=UTF-8" };
  }
  if (ArrayBuffer.isView(body)) return { bytes: copyBytes(body) };
  if (isKind(body, "ArrayBuffer")) return { bytes: copyBytes(/** @type {ArrayBuffer} */ (body)) };
  if (isBlob(body)) return { bytes: readBlob(body), ...(body.type === "" ? {} : { type: body.type }) };
  if (isKind(body, "FormData")) return readForm(/** @type {FormData} */ (body));
  if (isKind(body, "ReadableStream")) return { bytes: readStream(/** @type {ReadableStream<Uint8Array>} */ (body)) };
  return { bytes: encoder.encode(String(body)), type: "text/plain;charset=UTF-8" };
}

/**
 * @param {unknown} value
 * @returns {value is Blob}
 */
const isBlob = (value) => isKind(value, "Blob") || isKind(value, "File");

/**
 * @param {Blob} blob
 * @returns {Promise<Uint8Array>}
 */
async function readBlob(blob) {
  if (typeof blob.arrayBuffer === "function") return copyBytes(await blob.arrayBuffer());
  // Blobs of jsdom can only be read in this way.
  const buffer = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });
  return copyBytes(buffer);
}

/**
 * @param {ReadableStream<Uint8Array>} stream
 * @returns {Promise<Uint8Array>}
 */
async function readStream(stream) {
  const reader = stream.getReader();
  return collectBytes(
    (async function* () {
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) yield chunk.value;
    })(),
  );
}

/**
 * Encodes a form as multipart/form-data (RFC 7578).
 *
 * @param {FormData} form
 * @returns {ReadBody}
 */
function readForm(form) {
  const boundary = `----emulator${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`;
  const encode = async () => {
    const blocks = [];
    for (const [name, value] of form) {
      const head = `--${boundary}\r\nContent-Disposition: form-data; name="${escapeName(name)}"`;
      if (typeof value === "string") {
        blocks.push(encoder.encode(`${head}\r\n\r\n${value.replace(/\r\n|\r|\n/g, "\r\n")}\r\n`));
      } else {
        const type = value.type || "application/octet-stream";
        const file = `; filename="${escapeName(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`;
        blocks.push(encoder.encode(head + file), await readBlob(value), encoder.encode("\r\n"));
      }
    }
    return concatBytes([...blocks, encoder.encode(`--${boundary}--\r\n`)]);
  };
  return { bytes: encode(), type: `multipart/form-data; boundary=${boundary}` };
}

/**
 * @param {string} name
 * @returns {string}
 */
const escapeName = (name) => name.replaceAll("\n", "%0A").replaceAll("\r", "%0D").replaceAll('"', "%22");
