// In a browser: /page.html?encoding=…; what was measured is left in `result`.
import { contenders } from "./contenders.mjs";
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

const times = { "smsc-wasm": [], uDSV: [], "uDSV, for await": [], "split by hand": [] };
const found = {};
let failed;
try {
  for (let round = 0; round < 9; round++) {
    for (const name of Object.keys(times)) {
      let rows = 0;
      let signs = 0;
      const began = performance.now();
      await contenders[name](stream(), encoding, (row) => {
        rows++;
        signs += row.Телефон.length;
      });
      times[name].push(performance.now() - began);
      found[name] = `${rows} rows, ${signs} signs`;
    }
  }
} catch (error) {
  failed = String(error);
}
globalThis.result = { times, found, failed };
