/** Measures a page of the history, and a call, in the current runtime. */
import { createClient, decodeHistory } from "smsc-wasm";
import { runAlternately } from "./alternate.mjs";
import { measureFloor } from "./floor.mjs";
import { makePage, readByHand, readByHandUnrolled } from "./messages.mjs";

const apiKey = "key";
/** Pages per round. */
const PAGES = 10;
const client = (fetch) => createClient({ apiKey, fetch, limits: "off", dangerouslyAllowBrowser: true });

async function page(drifting) {
  const text = makePage(1000, drifting);
  const bytes = new TextEncoder().encode(text);
  const fetch = async () => new Response(bytes);
  const smsc = await client(fetch);
  await decodeHistory("[]", 3);
  const hand = (read) => async () => read(await (await fetch()).text());
  let messages;
  const times = (work) => async () => {
    for (let left = PAGES; left > 0; left--) messages = await work();
  };
  const contenders = {
    "history.list": times(async () => (await smsc.history.list()).messages),
    decodeHistory: times(() => decodeHistory(text, 3)),
    "by hand": times(hand(readByHand)),
    "by hand, unrolled": times(hand(readByHandUnrolled)),
    "JSON.parse alone": times(hand(JSON.parse)),
  };
  for (const [name, work] of Object.entries(contenders)) {
    await work();
    const [first] = messages;
    if (messages.length !== 1000 || (name !== "JSON.parse alone" && first.smsCnt === undefined)) throw new Error(name);
  }
  return { pages: PAGES, times: await runAlternately(contenders, 21) };
}

/** Twice 20,000 sequential calls. Each creates everything that it needs, as in a typical program. */
async function call() {
  const calls = 1250;
  const responseBody = '{"balance":"100.50"}';
  const fetch = async () => new Response(responseBody);
  const smsc = await client(fetch);
  const contenders = {
    async "smsc-wasm"() {
      for (let left = calls; left > 0; left--) await smsc.call("balance.php", {});
    },
    async fetch() {
      for (let left = calls; left > 0; left--) {
        const body = new URLSearchParams({ apikey: apiKey, fmt: "3", charset: "utf-8" });
        const response = await fetch("https://smsc.ru/sys/balance.php", { method: "POST", body });
        JSON.parse(await response.text());
      }
    },
  };
  return { calls, first: await runAlternately(contenders, 16), next: await runAlternately(contenders, 16) };
}

export async function measure() {
  // Measures calls first, so that the garbage of the pages does not affect them.
  const bytes = new TextEncoder().encode(makePage(1000, false));
  return { call: await call(), page: await page(false), drifting: await page(true), floor: await measureFloor(bytes) };
}
