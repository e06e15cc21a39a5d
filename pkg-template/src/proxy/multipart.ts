// Reads multipart/form-data (RFC 7578) as it arrives: the fields first, then at most one file, which stays a stream.
import type { BodyReader } from "./body-reader.js";
import { ByteQueue } from "./byte-queue.js";
import type { Field } from "./command.js";
import { decodeText, MAX_FIELDS, MAX_FIELDS_BYTES, type ReceivedForm } from "./form.js";
import { invalid } from "./refusal.js";

/** The headers of a part, in bytes. */
const MAX_HEAD_BYTES = 4096;

const malformed = () => invalid("the multipart form is malformed");

/** Reads the fields up to the end of the form, or up to the content of its file. */
export async function readMultipart(boundary: string, body: BodyReader): Promise<ReceivedForm> {
  const queue = new ByteQueue(() => body.read());
  const fields: Field[] = [];
  let size = 0;
  await queue.expect(`--${boundary}`, malformed);
  while (await startsPart(queue)) {
    const head = readHead(decodeText(await readUntil(queue, "\r\n\r\n", MAX_HEAD_BYTES)));
    if (head.fileName !== undefined) {
      const form: ReceivedForm = { fields };
      const stream = fileStream(queue, boundary, body, (failure) => {
        form.failure = failure;
      });
      form.file = { fileName: head.fileName, type: head.type, stream };
      return form;
    }
    const value = await readUntil(queue, `\r\n--${boundary}`, MAX_FIELDS_BYTES);
    size += value.byteLength;
    if (size > MAX_FIELDS_BYTES) throw invalid("the form is too large", 413);
    if (fields.push([head.name, decodeText(value)]) > MAX_FIELDS) throw invalid("the form has too many fields");
  }
  return { fields };
}

/** After a boundary: whether a part follows; else the form ends there. */
async function startsPart(queue: ByteQueue): Promise<boolean> {
  const mark = decodeText(await queue.take(2, malformed));
  if (mark === "\r\n") return true;
  if (mark !== "--") throw malformed();
  const rest = decodeText(await queue.takeRest(2, malformed));
  if (rest !== "" && rest !== "\r\n") throw malformed();
  return false;
}

async function readUntil(queue: ByteQueue, delimiter: string, maxBytes: number): Promise<Uint8Array> {
  const found = await queue.takeUntil(delimiter, maxBytes);
  if (!found) throw malformed();
  return found;
}

interface PartHead {
  name: string;
  /** Absent for a field that is no file. */
  fileName?: string;
  type: string;
}

/** Reads the headers of a part; those that the service would ignore are refused. */
function readHead(text: string): PartHead {
  let disposition: string | undefined;
  let type = "application/octet-stream";
  for (const line of text.split("\r\n")) {
    const [, header = "", value = ""] = /^([\w-]+):[ \t]*(.*)$/.exec(line) ?? [];
    const name = header.toLowerCase();
    if (name === "content-disposition" && disposition === undefined) disposition = value;
    else if (name === "content-type") type = /^[\w.+-]+\/[\w.+-]+$/.test(value) ? value : type;
    else throw malformed();
  }
  const [, name, , fileName] =
    /^form-data; name="([^"\r\n]*)"(; filename="([^"\r\n]*)")?$/i.exec(disposition ?? "") ?? [];
  if (name === undefined) throw malformed();
  return { name: unescapeName(name), type, ...(fileName !== undefined && { fileName: unescapeName(fileName) }) };
}

/** Browsers escape quotes and line breaks so (the HTML standard, "multipart/form-data encoding algorithm"). */
const unescapeName = (name: string) => name.replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n");

/** The content of the file. The form must end after it, or the stream fails: a field there would not have been checked. */
function fileStream(
  queue: ByteQueue,
  boundary: string,
  body: BodyReader,
  onFailure: (failure: unknown) => void,
): ReadableStream<Uint8Array> {
  const next = async () => {
    const chunk = await queue.takeBefore(`\r\n--${boundary}`, malformed);
    if (!chunk && (await startsPart(queue))) {
      throw invalid("the file is the last part of a form: the fields come before it");
    }
    return chunk;
  };
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const chunk = await next();
          if (chunk) controller.enqueue(chunk);
          else controller.close();
        } catch (error) {
          onFailure(error);
          throw error;
        }
      },
      cancel: () => body.cancel(),
    },
    { highWaterMark: 0 },
  );
}
