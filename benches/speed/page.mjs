// In a browser: /page.html stores the measurements of calls in `globalThis.result`, and /page.html?reader=…&drifting=…&rounds=… those
// of a reader of pages.
import { timesOf } from "./alternate.mjs";
import { measureCalls, pageReader } from "./measure.mjs";

const query = new URLSearchParams(location.search);

async function measure() {
  if (!query.has("reader")) return await measureCalls();
  const read = await pageReader(query.get("reader"), query.get("drifting") === "true");
  return { times: await timesOf(query.get("rounds"), read) };
}

globalThis.result = await measure().catch((error) => ({ failed: String(error) }));
