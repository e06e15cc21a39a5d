import type { FileStream } from "../client/forwarding.js";

/** A file whose content is read no faster than the request is sent. */
export function fileStream(
  fileName: string,
  type: string,
  next: () => Promise<Uint8Array | undefined>,
  cancel: () => void,
): FileStream {
  return { fileName, type, insertInto: (body) => joinStream(body, next, cancel) };
}

/** The body with the content of its last part, which is empty. */
function joinStream(
  body: Uint8Array,
  next: () => Promise<Uint8Array | undefined>,
  cancel: () => void,
): ReadableStream<Uint8Array> {
  // The body ends with `\r\n--boundary--\r\n`.
  const end = body.lastIndexOf(0x0d, -3);
  return new ReadableStream(
    {
      start: (controller) => controller.enqueue(body.subarray(0, end)),
      async pull(controller) {
        const chunk = await next();
        controller.enqueue(chunk ?? body.subarray(end));
        if (!chunk) controller.close();
      },
      cancel,
    },
    { highWaterMark: 0 },
  );
}
