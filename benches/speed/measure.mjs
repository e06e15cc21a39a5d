/** Measures a page of the history, and a call, in the current runtime. */
import { createClient, decodeHistory } from "smsc-wasm";
import { runAlternately } from "./alternate.mjs";
import { measureFloor } from "./floor.mjs";
import { fieldReader, makeMessages, makePage, makeTypedMessages } from "./messages.mjs";
import { PAGES } from "./readers.mjs";

const apiKey = "key";
const MAX_BYTES = 1 << 24;
const decoder = new TextDecoder();
const client = (fetch) => createClient({ apiKey, fetch, rateLimit: "off", dangerouslyAllowBrowser: true });

/** Returns a function that reads ten pages with one reader, every field included. */
export async function pageReader(name, drifting) {
  const text = makePage(1000, drifting);
  const bytes = new TextEncoder().encode(text);
  const fetch = async () => new Response(bytes);
  const smsc = await client(fetch);
  const make = drifting ? makeTypedMessages : makeMessages;
  const read = {
    "history.list": async () => (await smsc.history.list()).messages,
    "by hand": async () => make(await (await fetch()).json()),
    "by hand, of the text": async () => make(JSON.parse(await (await fetch()).text())),
    decodeHistory: () => decodeHistory(text, 3),
    "by hand, of a given text": async () => make(JSON.parse(text)),
  }[name];
  const readFields = fieldReader();
  return async () => {
    for (let left = PAGES; left > 0; left--) {
      const messages = await read();
      if (messages.length !== 1000 || messages[0].smsCnt === undefined) throw new Error(name);
      readFields(messages);
    }
  };
}

/** The text of a response, with a limit of its time and of its size, by the same functions of the platform as the package uses. */
async function readWithLimits(fetch, url, body) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 30_000);
  try {
    const response = await fetch(url, { method: "POST", body, signal: controller.signal });
    if (Number(response.headers.get("content-length")) > MAX_BYTES) throw new Error("too large");
    const reader = response.body.getReader();
    const chunks = [];
    let size = 0;
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      size += read.value.byteLength;
      if (size > MAX_BYTES) throw new Error("too large");
      chunks.push(read.value);
    }
    return chunks.length === 1 ? decoder.decode(chunks[0]) : await new Blob(chunks).text();
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Twice 20,000 sequential calls of `history.list`, whose page has one message. Each creates everything that it needs, as in a typical
 * program.
 */
async function call() {
  const calls = 1250;
  const url = "https://smsc.ru/sys/get.php";
  const form = () =>
    new URLSearchParams({ apikey: apiKey, get_messages: "1", cnt: "1000", fmt: "3", charset: "utf-8" });
  const responseBody = makePage(1, false);
  const fetch = async () => new Response(responseBody);
  const smsc = await client(fetch);
  const contenders = {
    async "smsc-wasm"() {
      for (let left = calls; left > 0; left--) await smsc.history.list();
    },
    async fetch() {
      for (let left = calls; left > 0; left--) {
        const response = await fetch(url, { method: "POST", body: form() });
        JSON.parse(await response.text());
      }
    },
    async "fetch with limits"() {
      for (let left = calls; left > 0; left--) JSON.parse(await readWithLimits(fetch, url, form()));
    },
  };
  return { calls, first: await runAlternately(contenders, 16), next: await runAlternately(contenders, 16) };
}

/** Measures all but the readers of pages, each of which needs a separate process or page. */
export async function measureCalls() {
  // Measures calls first, so that the garbage of the pages does not affect them.
  const calls = await call();
  return { call: calls, floor: await measureFloor(new TextEncoder().encode(makePage(1000, false))) };
}
