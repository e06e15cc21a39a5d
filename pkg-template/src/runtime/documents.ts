// The documents that users pass: a Blob, an ArrayBuffer or a view of one, of any realm.

import { viewOf } from "./view-of.js";

/** The content of a document, if it is of one of the accepted types, of this realm or another. */
export function contentOf(document: unknown): Blob | ArrayBuffer | ArrayBufferView | undefined {
  if (typeof document !== "object" || document === null) return undefined;
  if (
    ArrayBuffer.isView(document) ||
    /^\[object (Blob|File|ArrayBuffer)\]$/.test(Object.prototype.toString.call(document))
  )
    return document as Blob | ArrayBuffer | ArrayBufferView;
  return "data" in document && document.data !== document ? contentOf(document.data) : undefined;
}

export function sizeOf(content: Blob | ArrayBuffer | ArrayBufferView | undefined): number | undefined {
  const size: unknown = content && ("size" in content ? content.size : content.byteLength);
  return typeof size === "number" ? size : undefined;
}

/** A copy, since the caller may transfer the buffer at once. */
export async function readContent(content: Blob | ArrayBuffer | ArrayBufferView | undefined): Promise<Uint8Array> {
  if (content === undefined) throw new TypeError("not a document");
  if (ArrayBuffer.isView(content)) return viewOf(content).slice();
  return new Uint8Array("size" in content ? await bytesOf(content) : content).slice();
}

/** The bytes of a `Blob`. That of jsdom has no `arrayBuffer()`. */
function bytesOf(blob: Blob): Promise<ArrayBuffer> {
  if (typeof blob.arrayBuffer === "function") return blob.arrayBuffer();
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(blob);
  });
}

/** What may name a document. */
export type Named = { fileName?: unknown; name?: unknown };

export function documentName(document: Named): string | undefined {
  const name = document.fileName ?? document.name;
  return typeof name === "string" ? name : undefined;
}
