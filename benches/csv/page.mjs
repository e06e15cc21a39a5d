// In a browser: /page.html?encoding=…; stores the measurements in `globalThis.result`.

import { runAlternately } from "./alternate.mjs";
import { reader } from "./contenders.mjs";
import { encode, header, makeRows } from "./rows.mjs";

const encoding = new URLSearchParams(location.search).get("encoding");
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

const counts = {};
async function measure() {
  const work = {};
  for (const name of ["smsc-wasm", "smsc-wasm, batches", "uDSV", "uDSV, for await", "split by hand"]) {
    const read = reader(name, encoding, stream);
    work[name] = async () => {
      counts[name] = await read();
    };
  }
  return { times: await runAlternately(work, 21), counts };
}

globalThis.result = await measure().catch((error) => ({ failed: String(error) }));
