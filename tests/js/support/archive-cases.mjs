/** Archives of one CSV file, and those that cannot be read. Used in Node.js and, with `check`, in other runtimes. */
import { gzipSync } from "node:zlib";
import { zip } from "./archives.mjs";

const utf8 = (text) => new TextEncoder().encode(text);
const join = (...parts) => new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
const gzip = (bytes) => new Uint8Array(gzipSync(bytes));

export const CSV = `phone;text\n${Array.from({ length: 3000 }, (_, i) => `7999${i};Привет ${i * 7919}\n`).join("")}`;
const csv = utf8(CSV);
const other = utf8("a;b\n1;2\n");
const comment = "x PK\x05\x06 PK\x05\x06\0\0\0\0\x01\0\x01\0aaaabbbb\0\0 PK\x05\x06";
const workbook = { names: ["[Content_Types].xml", "xl/workbook.xml"] };
const several = zip([other, csv], { names: ["a.csv", "2026/b.csv"] });

/** Each: a name, the bytes, and the options. All have the content of `CSV`. */
export const READABLE = [
  ["gzip", gzip(csv)],
  ["gzip with several members", join(gzip(csv.slice(0, 40)), gzip(csv.slice(40, 5000)), gzip(csv.slice(5000)))],
  ["gzip with an empty member", join(gzip(csv), gzip(utf8("")))],
  ["gzip with trailing zeros", join(gzip(csv), new Uint8Array(1000))],
  ["gzip in gzip", gzip(gzip(csv))],
  ["zip", zip([csv])],
  ["zip in zip", zip([zip([csv])])],
  ["zip in zip, stored", zip([zip([csv], { stored: true })], { stored: true })],
  ["gzip in zip", zip([gzip(csv)], { stored: true })],
  ["zip in gzip", gzip(zip([csv]))],
  ["zip with directories", zip([utf8(""), utf8(""), csv], { names: ["a/", "a/b/", "a/b/x.csv"], stored: true })],
  ["zip with __MACOSX", zip([csv, other, other], { names: ["x.csv", "__MACOSX/", "__MACOSX/._x.csv"] })],
  ["zip with __MACOSX first", zip([other, other, csv], { names: ["__MACOSX/._x.csv", ".DS_Store", "x.csv"] })],
  ["zip with the signature of its end in a comment", zip([csv], { comment })],
  ["zip with several files", several, { file: "2026/b.csv" }],
  ["zip with several files, without the folder", several, { file: "b.csv" }],
];

/** Each: a name, the bytes, the code and a part of the message, and the options. */
export const UNREADABLE = [
  ["zip with several files", several, "bad_response", /more than one file: a\.csv, 2026\/b\.csv\..*`file`/],
  ["zip without the chosen file", several, "invalid_parameter", /"c\.csv".*a\.csv, 2026\/b\.csv/, { file: "c.csv" }],
  ["zip without a file", zip([utf8("")], { names: ["a/"] }), "bad_response", /no file/],
  ["gzip with other data behind it", join(gzip(other), other), "bad_response", /unpacked/],
  ["gzip, cut off", gzip(csv).slice(0, -500), "bad_response", /cut off/],
  ["xlsx", zip([other, other], workbook), "bad_response", /\.xlsx/],
  ["xls", join([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], new Uint8Array(600)), "bad_response", /\.xls/],
  ["7z", join([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], new Uint8Array(60)), "bad_response", /7z/],
  ["rar", join(utf8("Rar!\x1a\x07\x01\0"), new Uint8Array(60)), "bad_response", /rar/],
];

/** Reads all of them, and throws at the first that differs. For runtimes without `node:test`. */
export async function check({ parseCsv }) {
  const read = async (bytes, options) => {
    let text = "";
    for await (const row of parseCsv(bytes, { ...options, header: false })) text += `${row.join(";")}\n`;
    return text;
  };
  for (const [name, bytes, options] of READABLE) if ((await read(bytes, options)) !== CSV) throw new Error(name);
  for (const [name, bytes, code, message, options] of UNREADABLE) {
    const error = await read(bytes, options).catch((thrown) => thrown);
    if (error.code !== code || !message.test(error.message)) throw new Error(name, { cause: error });
  }
  return READABLE.length + UNREADABLE.length;
}
