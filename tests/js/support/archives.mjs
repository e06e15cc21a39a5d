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
 * `encrypted`: it says that it is; `method`: says another way to pack; `large`: as if it could be larger than 4 GB; `sum`, `length`:
 * of the content, as it says.
 */
export function zip(members, options = {}) {
  const { stored = false, descriptor = false, encrypted = false, method, comment = "", large = false } = options;
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
    const length = options.length ?? content.length;
    const sizes = [
      [options.sum ?? crc32(content), 4],
      [large ? 0xffffffff : packed.length, 4],
      [large ? 0xffffffff : length, 4],
    ];
    const from = at;
    const head = [
      [20, 2],
      [flags, 2],
      [way, 2],
      [0, 4],
    ];
    const other = numbers([0x9999, 2], [0, 2]);
    const extra = large ? Buffer.concat([other, numbers([1, 2], [16, 2], [length, 8], [packed.length, 8])]) : other;
    const lengths = [
      [name.length, 2],
      [extra.length, 2],
    ];
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
  const size = at - directory;
  if (large) {
    const record = at;
    const counts = [
      [entries.length, 8],
      [entries.length, 8],
    ];
    add(numbers([0x06064b50, 4], [44, 8], [45, 2], [45, 2], [0, 8], ...counts, [size, 8], [directory, 8]));
    add(numbers([0x07064b50, 4], [0, 4], [record, 8], [1, 4]));
  }
  const end = [
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [large ? 0xffff : entries.length, 2],
    [large ? 0xffff : entries.length, 2],
  ];
  const place = large ? [0xffffffff, 0xffffffff] : [size, directory];
  add(numbers(...end, [place[0], 4], [place[1], 4], [Buffer.byteLength(comment), 2]));
  add(Buffer.from(comment));
  return new Uint8Array(Buffer.concat(pieces));
}
