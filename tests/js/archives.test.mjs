/** Archives: every kind that is read, and the errors of the others. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseCsv } from "smsc-wasm";
import { collect, rejectsWith, stubClient } from "./support/account.mjs";
import { CSV, READABLE, UNREADABLE } from "./support/archive-cases.mjs";

const inChunks = (bytes, size) =>
  new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });

describe("archives of one CSV file", () => {
  for (const [name, bytes, options] of READABLE) {
    test(name, async () => {
      const expected = await collect(parseCsv(CSV));
      for (const size of [13, 5000, 1 << 20]) {
        assert.deepEqual(await collect(parseCsv(inChunks(bytes, size), options)), expected);
        const { smsc } = await stubClient(() => new Response(inChunks(bytes, size)));
        assert.equal(await (await smsc.tasks.download({ id: 1 })).text(options), CSV);
        assert.deepEqual(new Uint8Array(await (await smsc.tasks.download({ id: 1 })).bytes()), new Uint8Array(bytes));
      }
    });
  }
});

describe("archives that cannot be read", () => {
  for (const [name, bytes, code, message, options] of UNREADABLE) {
    test(name, async () => {
      for (const size of [13, 1 << 20]) {
        const error = await rejectsWith(collect(parseCsv(inChunks(bytes, size), options)), code);
        assert.match(error.message, message);
        const { smsc } = await stubClient(() => new Response(inChunks(bytes, size)));
        const file = await smsc.tasks.download({ id: 1 });
        assert.match((await rejectsWith(file.text(options), code)).message, message);
      }
    });
  }
});
