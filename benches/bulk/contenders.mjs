/** The ways to read data under test. Each reads all of it and uses every value or byte; the results of those of one kind are equal. */
import { createClient, parseCsv } from "smsc-wasm";

const FIELDS = ["Телефон", "Дата отправки", "Стоимость", "Оператор"];
const encoder = new TextEncoder();

async function sizeOf(stream) {
  let size = 0;
  for await (const chunk of stream) size += chunk.length;
  return size;
}

/** Ways to read a file, given as a stream. */
export const files = {
  async "no reader"(stream) {
    await sizeOf(stream);
  },

  async rows(stream) {
    const [phone, date, cost, operator] = FIELDS;
    let length = 0;
    for await (const row of parseCsv(stream)) {
      length += row[phone].length + row[date].length + row[cost].length + row[operator].length;
    }
    return length;
  },

  async columns(stream) {
    let length = 0;
    for await (const batch of parseCsv.columns(stream, { select: FIELDS })) {
      for (const name of FIELDS) {
        const values = batch.columns[name];
        for (let row = 0; row < batch.length; row++) length += values[row].length;
      }
    }
    return length;
  },

  async "JSON.stringify"(stream) {
    let size = 0;
    for await (const row of parseCsv(stream)) size += encoder.encode(`${JSON.stringify(row)}\n`).length;
    return size;
  },

  async ndjson(stream) {
    return sizeOf(parseCsv.ndjson(stream));
  },
};

const bodyOf = (bytes) =>
  new ReadableStream({
    start(controller) {
      controller.enqueue(bytes);
      controller.close();
    },
  });

/** Ways to read a history of those pages, with 1,000 messages each. */
export async function histories(pages) {
  let calls = 0;
  // Bytes that are given directly would be copied for each response, which takes as long as some of the ways.
  const fetch = async () => new Response(bodyOf(pages[calls++ % pages.length]));
  const smsc = await createClient({ apiKey: "key", rateLimit: "off", fetch });
  const query = { limit: 1000 * pages.length };
  return {
    async rows() {
      let length = 0;
      for await (const { phone, cost, operator, sendTimestamp } of smsc.history.iterate(query)) {
        length += phone.length + cost.length + operator.length + sendTimestamp;
      }
      return length;
    },

    async columns() {
      const select = ["phone", "cost", "operator", "sendTimestamp"];
      let length = 0;
      for await (const batch of smsc.history.columns(query, { select })) {
        const { phone, cost, operator, sendTimestamp } = batch.columns;
        for (let row = 0; row < batch.length; row++) {
          length += phone[row].length + cost[row].length + operator[row].length + sendTimestamp[row];
        }
      }
      return length;
    },

    async "JSON.stringify"() {
      let size = 0;
      for await (const message of smsc.history.iterate(query)) {
        size += encoder.encode(`${JSON.stringify(message)}\n`).length;
      }
      return size;
    },

    async ndjson() {
      return sizeOf(smsc.history.ndjson(query));
    },
  };
}
