// In a browser: /page.html?encoding=…; what was measured is left in `result`.
import { read } from "./contenders.mjs";
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

const names = ["smsc-wasm", "uDSV", "uDSV, for await", "split by hand"];
globalThis.result = await read(names, 9, encoding, stream).catch((error) => ({ failed: String(error) }));
