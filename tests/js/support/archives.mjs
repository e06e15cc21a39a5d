/** Archives as other programs write them. */
import { crc32, deflateRawSync } from "node:zlib";

/** Little-endian integers: `[value, size in bytes]`. */
const numbers = (...list) =>
  Buffer.concat(
    list.map(([value, size]) => {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(value));
      return bytes.subarray(0, size);
    }),
  );

/**
 * A zip archive of the members: their bytes, or `[name, bytes]`. Options: `stored`: not compressed; `descriptor`: the sizes follow the member;
 * `encrypted`: sets the flag; `method`: the declared compression method; `large`: zip64; `crc`, `length`: the declared checksum
 * and size of the content.
 */
export function zip(members, options = {}) {
  const { stored = false, descriptor = false, encrypted = false, method, comment = "", large = false } = options;
  const compression = method ?? (stored ? 0 : 8);
  const flags = (descriptor ? 8 : 0) | (encrypted ? 1 : 0);
  const parts = [];
  const entries = [];
  let offset = 0;
  const add = (bytes) => {
    parts.push(bytes);
    offset += bytes.length;
  };
  members.forEach((member, index) => {
    const [title, content] = Array.isArray(member) ? member : [`отчёт-${index}.csv`, member];
    const name = Buffer.from(title);
    const data = stored ? Buffer.from(content) : deflateRawSync(content);
    const length = options.length ?? content.length;
    const sizes = [
      [options.crc ?? crc32(content), 4],
      [large ? 0xffffffff : data.length, 4],
      [large ? 0xffffffff : length, 4],
    ];
    const start = offset;
    const head = [
      [20, 2],
      [flags, 2],
      [compression, 2],
      [0, 4],
    ];
    const other = numbers([0x9999, 2], [0, 2]);
    const extra = large ? Buffer.concat([other, numbers([1, 2], [16, 2], [length, 8], [data.length, 8])]) : other;
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
    add(data);
    // The sizes in a descriptor of zip64 have eight bytes.
    const bytes = large ? 8 : 4;
    if (descriptor) add(numbers([0x08074b50, 4], sizes[0], [data.length, bytes], [length, bytes]));
    entries.push(
      Buffer.concat([
        numbers([0x02014b50, 4], [20, 2], ...head, ...sizes, ...lengths, [0, 2], [0, 2], [0, 2], [0, 4], [start, 4]),
        name,
        extra,
      ]),
    );
  });
  const directory = offset;
  for (const entry of entries) add(entry);
  const size = offset - directory;
  if (large) {
    const record = offset;
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
  const directoryFields = large ? [0xffffffff, 0xffffffff] : [size, directory];
  add(numbers(...end, [directoryFields[0], 4], [directoryFields[1], 4], [Buffer.byteLength(comment), 2]));
  add(Buffer.from(comment));
  return new Uint8Array(Buffer.concat(parts));
}
