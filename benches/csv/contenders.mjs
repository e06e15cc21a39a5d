/** Who reads: each takes a stream of bytes and gives every row, as a plain object, to `take`. */
import Papa from "papaparse";
import { parseCsv } from "smsc-wasm";
import { inferSchema, initParser } from "udsv";

async function* texts(stream, encoding) {
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
  // It calls the function of the first chunk for all of them.
  let rows = [];
  for await (const text of texts(stream, encoding)) {
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

  // By its callback, which is faster than rows that are waited for one by one.
  async uDSV(stream, encoding, take) {
    let parser;
    for await (const text of texts(stream, encoding)) {
      parser ??= initParser(inferSchema(text));
      parser.chunk(text, parser.stringObjs, (row) => take(row));
    }
    parser.end();
  },

  // The same, for whoever wants its rows one by one as smsc-wasm gives them.
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
    for await (const text of texts(stream, encoding)) {
      const lines = (rest + text).split("\n");
      rest = lines.pop();
      for (const text of lines) line(text);
    }
    if (rest !== "") line(rest);
  },

  async PapaParse(stream, encoding, take) {
    const { Readable } = await import("node:stream");
    const parser = Papa.parse(Papa.NODE_STREAM_INPUT, { header: true, delimiter: ";" });
    for await (const row of Readable.from(texts(stream, encoding)).pipe(parser)) take(row);
  },

  async "csv-parse"(stream, encoding, take) {
    const [{ Readable }, { parse }] = await Promise.all([import("node:stream"), import("csv-parse")]);
    const parser = parse({ columns: true, delimiter: ";" });
    for await (const row of Readable.from(texts(stream, encoding)).pipe(parser)) take(row);
  },

  async nobody(stream) {
    const reader = stream.getReader();
    while (!(await reader.read()).done);
  },
};

/** What reads by one of them what `stream` gives, and tells what there was, which must be the same for all. */
export function reader(name, encoding, stream) {
  return async () => {
    let rows = 0;
    let signs = 0;
    await contenders[name](stream(), encoding, (row) => {
      rows++;
      signs += row.Телефон.length;
    });
    return `${rows} rows, ${signs} signs`;
  };
}
