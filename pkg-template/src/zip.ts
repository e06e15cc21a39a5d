import { broken, type Held } from "./unpack.js";

/** What may stand behind the member: its sizes, its entry in the directory, and the end with a comment. */
const most = 66_000;

/**
 * The bytes of the one member of a zip archive. How many they are may be said only behind them, in the directory: so as much
 * as can stand behind them is held back until the archive is over.
 */
export async function zipMember(archive: Held): Promise<Pick<Held, "next" | "format">> {
  const head = await archive.atLeast(30);
  const method = number(head, 8, 2);
  if (head.length < 30) throw unreadable("is cut off");
  if (number(head, 6, 2) & 1) throw unreadable("is encrypted");
  if (method !== 0 && method !== 8) throw unreadable(`has the method ${method}`);
  const size = 30 + number(head, 26, 2) + number(head, 28, 2);
  await archive.atLeast(size);
  archive.take(size);
  let given = 0;
  let over = false;
  const next = async () => {
    if (over) return undefined;
    const bytes = await archive.atLeast(most + 1);
    over = bytes.length <= most;
    const piece = archive.take(over ? memberEnd(bytes, given) : bytes.length - most);
    given += piece.length;
    return piece;
  };
  return { next, format: method === 0 ? undefined : "deflate-raw" };
}

/** Where in the last bytes of an archive the member ends, of which so much was given. */
function memberEnd(bytes: Uint8Array, given: number): number {
  let at = bytes.length - 22;
  while (at >= 0 && number(bytes, at, 4) !== 0x06054b50) at--;
  const entry = at - number(bytes, at + 12, 4);
  if (at < 0 || number(bytes, entry, 4) !== 0x02014b50) throw unreadable("is cut off");
  if (number(bytes, at + 10, 2) !== 1) throw unreadable("holds more than one file");
  const end = number(bytes, entry + 20, 4) - given;
  if (end < 0 || end > entry) throw unreadable("is damaged");
  return end;
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
