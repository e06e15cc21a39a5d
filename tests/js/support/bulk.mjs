/** Files and pages for the tests of bulk output. */
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { NOW } from "./account.mjs";

/** Text in windows-1251. It supports the letters of the tests only. */
export const encodeWindows1251 = (text) =>
  Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x80) return code;
    if (code === 0x401) return 0xa8;
    if (code === 0x451) return 0xb8;
    if (code === 0x2116) return 0xb9;
    if (code < 0x410 || code > 0x44f) throw new Error(`no letter of the tests: ${character}`);
    return code - 0x350;
  });

const VALUES = [
  "",
  "a",
  '"q"',
  "back\\slash",
  "Ж",
  "привет, мир; и ещё",
  "№ 5",
  "\r\n\t",
  "\u0001\u007f",
  "x".repeat(70),
];
const HEADERS = [
  ["Телефон", "Текст", "b"],
  ["a", "a", ""],
  ["b", "10", "2"],
  ["a", "__extra", "constructor"],
];

/** A file with a header or without: `source()` gives it in pieces of random length, each time another stream. */
export function randomFile({ below, pick, maybe }) {
  const quote = (value) => (/[";\r\n]/.test(value) || maybe(0.2) ? `"${value.replaceAll('"', '""')}"` : value);
  const header = maybe(0.8) ? pick(HEADERS) : undefined;
  const values = () =>
    Array.from({ length: maybe(0.8) ? 3 : 1 + below(5) }, () => pick(VALUES) + (maybe(0.3) ? below(99) : ""));
  const records = Array.from({ length: below(400) }, () => values().map(quote).join(";") || '""');
  const text = [...(header ? [header.map(quote).join(";")] : []), ...records].join(pick(["\n", "\r\n"]));
  const encoding = pick(["utf-8", "windows-1251"]);
  const bytes = encoding === "utf-8" ? new TextEncoder().encode(text) : encodeWindows1251(text);
  const size = 1 + below(maybe(0.5) ? 100 : 50_000);
  const source = () => {
    let offset = 0;
    const pull = (controller) => {
      if (offset >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(offset, offset + size));
      offset += size;
    };
    return new ReadableStream({ pull });
  };
  return { source, options: { header: header !== undefined, delimiter: ";", encoding } };
}

const TEXT_FIELDS =
  "status_name last_date send_date phone cost sender_id message mccmnc country operator region int_id".split(" ");
const INTEGER_FIELDS = "status last_timestamp send_timestamp type id sms_cnt format crc err flag".split(" ");
const TEXTS = [...VALUES.filter((text) => !text.includes("№")), "/", "\\n", "é𝄞—"];

/** A page of messages, in the usual form or in another one, in UTF-8, in ASCII with escapes, or in windows-1251. */
export function randomMessages({ below, pick, maybe }) {
  const charset = pick(["utf-8", "ascii", "windows-1251"]);
  const texts = charset === "windows-1251" ? TEXTS.filter((text) => !/[é𝄞—]/u.test(text)) : TEXTS;
  const integer = () => pick([below(2 ** 31), String(below(1e6)), -1 - below(100), 0, 2 ** 53 - 1, null]);
  const text = () => pick([pick(texts), pick(texts) + pick(texts), below(1e9), 1.25, null]);
  const message = () => {
    const keys = [...TEXT_FIELDS, ...INTEGER_FIELDS].filter(() => maybe(0.7));
    if (maybe(0.3)) keys.sort(() => below(3) - 1);
    const fields = keys.map((key) => [key, INTEGER_FIELDS.includes(key) ? integer() : text()]);
    if (maybe(0.1)) fields.push(["unknown", pick([1.5, { a: [null, "x"] }, "1e21"])], ["Другое", 1e21]);
    return Object.fromEntries(fields.length > 0 ? fields : [["id", 1]]);
  };
  let json = JSON.stringify(Array.from({ length: 1 + below(5) }, message), null, below(3));
  const escapeOf = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  if (charset === "ascii") json = json.replace(/[^\0-\x7f]/g, escapeOf).replaceAll("/", "\\/");
  const isSingleByte = charset === "windows-1251";
  return {
    json,
    type: `application/json; charset=${isSingleByte ? charset : "utf-8"}`,
    body: isSingleByte ? encodeWindows1251(json) : json,
  };
}

/** A client of many messages in two channels. A key of every third page is written so that only the general decoder reads it. */
export async function twoChannels() {
  const messages = Array.from({ length: 7500 }, (_, index) => ({ type: index % 3 === 0 ? 8 : 0 }));
  const { fetch } = createEmulator({ now: NOW, limits: false, messages });
  let calls = 0;
  return createClient({
    apiKey: "demo-key",
    rateLimit: "off",
    async fetch(url, init) {
      const response = await fetch(url, init);
      if (++calls % 3 !== 0) return response;
      return new Response((await response.text()).replace('"phone"', '"ph\\u006fne"'));
    },
  });
}

/** The bytes in chunks of that size, each when it is wanted. The stream fails after them if there is a failure. */
export function chunkStream(bytes, size, { failure } = {}) {
  let offset = 0;
  const pull = (controller) => {
    if (offset < bytes.length) controller.enqueue(bytes.slice(offset, offset + size));
    else if (failure) controller.error(failure);
    else controller.close();
    offset += size;
  };
  return new ReadableStream({ pull }, { highWaterMark: 0 });
}

const bytesOf = (text) => [...new TextEncoder().encode(text)];
const DAMAGED_HEADERS = [
  "",
  "a;b;c\n",
  "__proto__;constructor;\n",
  ";;\n",
  "a;a;a\n",
  "10;2;b\n",
  "__extra;__extra_2\n",
  "sep=;\na;b\n",
  "\ufeffТелефон;Текст\n",
];
const DAMAGED_PARTS = [
  ...[
    ";",
    ";",
    "\n",
    "\n",
    "\r\n",
    "\r",
    '"',
    "a",
    "SMS ",
    "Привет",
    "№",
    "\0",
    "\ufeff",
    "\u2028",
    "\\",
    "𝄞",
    "x".repeat(40),
  ],
].map(bytesOf);
const OTHER_PARTS = [[0xd0], [0x90], [0xff], [0xf0, 0x9d], [0xe2, 0x84], [0xed, 0xa0, 0x80], [0x98]];

/** A file of parts of records in any order, with bytes that are no UTF-8 or windows-1251. */
export function damagedFile({ below, pick, maybe }) {
  const words = ["Привет мир", "Я", "тест ООО"].map((word) => [...encodeWindows1251(word)]);
  const parts = [...DAMAGED_PARTS, ...words, ...OTHER_PARTS];
  const usual = pick([bytesOf("1;2\n"), bytesOf("Привет;1\n"), [...encodeWindows1251("Привет;1\n")]]);
  const count = below(pick([5, 60, 2000]));
  const bytes = bytesOf(pick(DAMAGED_HEADERS));
  for (let index = 0; index < count; index++) bytes.push(...(maybe(0.3) ? usual : pick(parts)));
  const sizes = bytes.length > 3000 ? [100, 1000, 4096, 70_000] : [1, 7, 100, 70_000];
  const options = { delimiter: ";", header: maybe(0.5) };
  if (maybe(0.4)) options.encoding = pick(["utf-8", "windows-1251", "utf-16le", "utf-16be"]);
  return { bytes: Uint8Array.from(bytes), size: pick(sizes), options };
}
