/** Files packed as others pack them. */
import { crc32, deflateRawSync } from "node:zlib";

const numbers = (...list) =>
  Buffer.concat(
    list.map(([value, size]) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(value));
      return bytes.subarray(0, size);
    }),
  );

/**
 * A zip archive: `members` are bytes. `stored`: not compressed; `descriptor`: the sizes stand behind the member;
 * `encrypted`: it says that it is; `method`: says another way to pack.
 */
export function zip(members, { stored = false, descriptor = false, encrypted = false, method, comment = "" } = {}) {
  const way = method ?? (stored ? 0 : 8);
  const flags = (descriptor ? 8 : 0) | (encrypted ? 1 : 0);
  const pieces = [];
  const entries = [];
  let at = 0;
  const add = (bytes) => {
    pieces.push(bytes);
    at += bytes.length;
  };
  members.forEach((content, index) => {
    const name = Buffer.from(`отчёт-${index}.csv`);
    const packed = stored ? Buffer.from(content) : deflateRawSync(content);
    const sizes = [
      [crc32 ? crc32(content) : 0, 4],
      [packed.length, 4],
      [content.length, 4],
    ];
    const from = at;
    const head = [
      [20, 2],
      [flags, 2],
      [way, 2],
      [0, 4],
    ];
    const lengths = [
      [name.length, 2],
      [4, 2],
    ];
    const extra = numbers([0x9999, 2], [0, 2]);
    add(
      numbers(
        [0x04034b50, 4],
        ...head,
        ...(descriptor
          ? [
              [0, 12 - 4],
              [0, 4],
            ]
          : sizes),
        ...lengths,
      ),
    );
    add(name);
    add(extra);
    add(packed);
    if (descriptor) add(numbers([0x08074b50, 4], ...sizes));
    entries.push(
      Buffer.concat([
        numbers([0x02014b50, 4], [20, 2], ...head, ...sizes, ...lengths, [0, 2], [0, 2], [0, 2], [0, 4], [from, 4]),
        name,
        extra,
      ]),
    );
  });
  const directory = at;
  for (const entry of entries) add(entry);
  const end = [
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [entries.length, 2],
    [entries.length, 2],
  ];
  add(numbers(...end, [at - directory, 4], [directory, 4], [comment.length, 2]));
  add(Buffer.from(comment));
  return new Uint8Array(Buffer.concat(pieces));
}
