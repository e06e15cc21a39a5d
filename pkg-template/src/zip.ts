import { broken, type Held, type Next } from "./unpack.js";

/** What may stand behind the member: its sizes, its entry in the directory, and the end with a comment. */
const most = 66_000;

/** A block of bytes that are not compressed has no more. */
const longestBlock = 65_535;

/**
 * The one member of a zip archive as gzip, so that the platform that unpacks it checks its length and its sum too. How many bytes
 * it has may be said only behind them, in the directory: so as much as can stand behind them is held back until the archive is
 * over.
 */
export function zipMember(archive: Held): Next {
  const pieces = asGzip(archive);
  return async () => (await pieces.next()).value;
}

async function* asGzip(archive: Held): AsyncGenerator<Uint8Array, undefined> {
  const head = await archive.atLeast(30);
  const method = number(head, 8, 2);
  if (head.length < 30) throw unreadable("is cut off");
  if (number(head, 6, 2) & 1) throw unreadable("is encrypted");
  if (method !== 0 && method !== 8) throw unreadable(`has the method ${method}`);
  const size = 30 + number(head, 26, 2) + number(head, 28, 2);
  await archive.atLeast(size);
  archive.take(size);
  yield Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255);
  let given = 0;
  let sums: Uint8Array | undefined;
  while (!sums) {
    const bytes = await archive.atLeast(most + 1);
    let left = bytes.length - most;
    if (left <= 0) [left, sums] = memberEnd(bytes, given);
    given += left;
    while (left > 0) {
      const piece = archive.take(method === 8 ? left : Math.min(left, longestBlock));
      left -= piece.length;
      if (method === 0) yield block(0, piece.length);
      yield piece;
    }
  }
  if (method === 0) yield block(1, 0);
  yield sums;
}

/** What stands before so many bytes that are not compressed. */
function block(last: number, length: number): Uint8Array {
  return Uint8Array.of(last, length, length >> 8, ~length, ~length >> 8);
}

/** Where in the last bytes of an archive the member ends, of which so much was given; and its sum and its length, as in gzip. */
function memberEnd(bytes: Uint8Array, given: number): [end: number, sums: Uint8Array] {
  let at = bytes.length - 22;
  while (at >= 0 && number(bytes, at, 4) !== 0x06054b50) at--;
  // Of an archive that can be larger than 4 GB the end stands twice, first with longer numbers.
  const long = number(bytes, at - 20, 4) === 0x07064b50 ? at - 76 : undefined;
  const [count, directory] =
    long === undefined
      ? [number(bytes, at + 10, 2), number(bytes, at + 12, 4)]
      : [number(bytes, long + 32, 8), number(bytes, long + 40, 8)];
  const entry = (long ?? at) - directory;
  if (at < 0 || number(bytes, entry, 4) !== 0x02014b50) throw unreadable("is cut off");
  if (count !== 1) throw unreadable("holds more than one file");
  let [packed, length, digits] = [entry + 20, entry + 24, 4];
  // What has no room there stands in the entry's extra field 1.
  let extra = entry + 46 + number(bytes, entry + 28, 2);
  while (extra < at && number(bytes, extra, 2) !== 1) extra += 4 + number(bytes, extra + 2, 2);
  extra += 4;
  if (number(bytes, length, 4) === 0xffff_ffff) {
    length = extra;
    extra += 8;
  }
  if (number(bytes, packed, 4) === 0xffff_ffff) [packed, digits] = [extra, 8];
  const end = number(bytes, packed, digits) - given;
  if (end < 0 || end > entry) throw unreadable("is damaged");
  return [end, Uint8Array.of(...bytes.subarray(entry + 16, entry + 20), ...bytes.subarray(length, length + 4))];
}

/** A number of so many bytes, the lowest first. */
function number(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  while (size > 0) value = value * 256 + (bytes[at + --size] ?? 0);
  return value;
}

function unreadable(why: string): unknown {
  return broken(`the file is a zip archive that ${why}`);
}
