// In a browser: /page.html?reader=…&encoding=…&rounds=…; stores the measurement of that reader in `globalThis.result`.

import { timesOf } from "./alternate.mjs";
import { reader } from "./contenders.mjs";
import { encode, header, makeRows } from "./rows.mjs";

const query = new URLSearchParams(location.search);
const encoding = query.get("encoding");
const bytes = encode(header + makeRows(8_000_000), encoding);

function stream() {
  let at = 0;
  return new ReadableStream(
    {
      pull(controller) {
        if (at >= bytes.length) return controller.close();
        controller.enqueue(bytes.slice(at, at + 65_536));
        at += 65_536;
      },
    },
    { highWaterMark: 0 },
  );
}

async function measure() {
  const read = reader(query.get("reader"), encoding, stream);
  let count;
  const times = await timesOf(query.get("rounds"), async () => {
    count = await read();
  });
  return { times, count };
}

globalThis.result = await measure().catch((error) => ({ failed: String(error) }));
