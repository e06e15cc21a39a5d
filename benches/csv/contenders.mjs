/** The readers under test: each reads a stream of bytes and passes every row, as a plain object, to `take`. */
import Papa from "papaparse";
import { createClient, parseCsv } from "smsc-wasm";
import { inferSchema, initParser } from "udsv";

async function* decoded(stream, encoding) {
  const decoder = new TextDecoder(encoding);
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    yield decoder.decode(value, { stream: true });
  }
}

async function* rowsOfUdsv(stream, encoding) {
  let parser;
  // uDSV calls the callback of the first chunk for all chunks.
  let rows = [];
  for await (const text of decoded(stream, encoding)) {
    parser ??= initParser(inferSchema(text));
    parser.chunk(text, parser.stringObjs, (row) => rows.push(row));
    for (const row of rows) yield row;
    rows = [];
  }
  parser.end();
  yield* rows;
}

const contenders = {
  async "smsc-wasm"(stream, _, take) {
    for await (const row of parseCsv(stream)) take(row);
  },

  // A downloaded file, with one promise for each batch instead of each row.
  async "smsc-wasm, batches"(stream, _, take) {
    const fetch = async () => new Response(stream);
    const smsc = await createClient({ apiKey: "key", fetch, rateLimit: "off", dangerouslyAllowBrowser: true });
    const file = await smsc.tasks.download({ id: 1 });
    for await (const rows of file.batches()) for (const row of rows) take(row);
  },

  // Through its callback, which is faster than an async iterator.
  async uDSV(stream, encoding, take) {
    let parser;
    for await (const text of decoded(stream, encoding)) {
      parser ??= initParser(inferSchema(text));
      parser.chunk(text, parser.stringObjs, (row) => take(row));
    }
    parser.end();
  },

  // The same as an async iterator, like the rows of smsc-wasm.
  async "uDSV, for await"(stream, encoding, take) {
    for await (const row of rowsOfUdsv(stream, encoding)) take(row);
  },

  async "split by hand"(stream, encoding, take) {
    let names;
    let rest = "";
    const line = (text) => {
      const values = text.split(";");
      if (names === undefined) {
        names = values;
        return;
      }
      const row = {};
      for (let i = 0; i < names.length; i++) {
        const value = values[i];
        row[names[i]] = value.charCodeAt(0) === 34 ? value.slice(1, -1).replaceAll('""', '"') : value;
      }
      take(row);
    };
    for await (const text of decoded(stream, encoding)) {
      const lines = (rest + text).split("\n");
      rest = lines.pop();
      for (const text of lines) line(text);
    }
    if (rest !== "") line(rest);
  },

  async PapaParse(stream, encoding, take) {
    const { Readable } = await import("node:stream");
    const parser = Papa.parse(Papa.NODE_STREAM_INPUT, { header: true, delimiter: ";" });
    for await (const row of Readable.from(decoded(stream, encoding)).pipe(parser)) take(row);
  },

  async "csv-parse"(stream, encoding, take) {
    const [{ Readable }, { parse }] = await Promise.all([import("node:stream"), import("csv-parse")]);
    const parser = parse({ columns: true, delimiter: ";" });
    for await (const row of Readable.from(decoded(stream, encoding)).pipe(parser)) take(row);
  },

  async "no reader"(stream) {
    const reader = stream.getReader();
    while (!(await reader.read()).done);
  },
};

/** Returns a function that reads `stream()` with one reader. Its result counts rows and characters, and must be equal for all. */
export function reader(name, encoding, stream) {
  return async () => {
    let rows = 0;
    let characters = 0;
    await contenders[name](stream(), encoding, (row) => {
      rows++;
      characters += row.Телефон.length;
    });
    return `${rows} rows, ${characters} characters`;
  };
}
