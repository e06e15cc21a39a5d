// The form of a task file is documented nowhere, so it is found out from its beginning.
import { charsetOf, textOf } from "./charset.js";
import type { Held } from "./unpack.js";

/** So many bytes tell the charset, and within so many the first record should end. */
const enough = 4096;
const firstRecord = 1 << 20;

/** What was found out of a file's beginning. */
export interface Beginning {
  encoding: string;
  /** Whether UTF-8 is only a guess: it may turn out to be windows-1251. */
  guess: boolean;
  delimiter: string;
  /** The rest of the file, in UTF-8 or windows-1251. */
  next(): Promise<Uint8Array | undefined>;
}

/** Finds out what is not said. A byte order mark is taken off. */
export async function begin(file: Held, encoding: string, delimiter: string | undefined): Promise<Beginning> {
  let head = await file.atLeast(enough);
  const marked = charsetOf(head);
  // Always of so many bytes, however much has come: what is found out must not depend on how the file was cut on its way.
  const charset = encoding || (marked ?? unmarked(head.subarray(0, enough)));
  // The mark of another charset than the one that was said is text.
  if (marked === charset) file.take(charset === "utf-8" ? 3 : 2);
  const wide = charset.startsWith("utf-16");
  let found = delimiter;
  for (let size = enough; found === undefined; size *= 4) {
    head = await file.atLeast(size);
    // Delimiters, quotes and line breaks are ASCII in all others.
    found = mostFrequent(textOf(head, wide ? charset : "latin1"), head.length < size || size >= firstRecord);
  }
  const plain = charset === "utf-8" || charset === "windows-1251";
  return {
    encoding: charset,
    guess: charset === "utf-8" && !encoding && !marked,
    delimiter: found,
    next: plain ? file.next : recoded(file.next, charset),
  };
}

/** UTF-16, if every second byte is often zero and no other is; UTF-8, if all that is there is valid; else windows-1251. */
function unmarked(bytes: Uint8Array): string {
  const zeros = [0, 0] as [number, number];
  for (let at = 0; at < bytes.length; at++) if (bytes[at] === 0) zeros[at & 1] = (zeros[at & 1] as number) + 1;
  // Delimiters, digits and spaces are ASCII in every file.
  const some = bytes.length >> 5;
  const [big, little] = zeros;
  if (big === 0 && little > some) return "utf-16le";
  if (little === 0 && big > some) return "utf-16be";
  try {
    // It may be cut off within a character.
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    return "utf-8";
  } catch {
    return "windows-1251";
  }
}

const candidates = ";,\t|";

/** The most frequent candidate of the first record, outside quotes; nothing where it does not end here. */
function mostFrequent(text: string, whole: boolean): string | undefined {
  const counts = [0, 0, 0, 0];
  let quoted = false;
  let begun = false;
  for (const sign of text) {
    if (sign === '"') quoted = !quoted;
    else if (!quoted) {
      const isEnd = sign === "\n" || sign === "\r";
      if (isEnd && !begun) continue;
      if (isEnd) {
        whole = true;
        break;
      }
      const place = candidates.indexOf(sign);
      if (place >= 0) counts[place] = (counts[place] as number) + 1;
    }
    begun = true;
  }
  return whole ? candidates[counts.indexOf(Math.max(...counts))] : undefined;
}

/** The same in UTF-8, by the platform's decoder. */
export function recoded(next: Held["next"], charset: string): Held["next"] {
  const decoder = new TextDecoder(charset, { ignoreBOM: true });
  let over = false;
  return async () => {
    if (over) return undefined;
    const piece = await next();
    over = piece === undefined;
    return new TextEncoder().encode(decoder.decode(piece, { stream: !over }));
  };
}
