/** A file that was saved earlier, from every kind of source. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { parseCsv } from "smsc-wasm";
import { collect, refused } from "./support/account.mjs";

const TEXT = 'Телефон;Текст\n79991234567;"а; б"\n79991234568;в\n';
const BYTES = new TextEncoder().encode(TEXT);
const ROWS = [
  { Телефон: "79991234567", Текст: "а; б" },
  { Телефон: "79991234568", Текст: "в" },
];

/** A stream that gives one byte at a time. */
const trickling = () =>
  new ReadableStream({
    start(controller) {
      for (const byte of BYTES) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });

for (const [name, source] of [
  ["a text", () => TEXT],
  ["bytes", () => BYTES],
  ["packed bytes", () => new Uint8Array(gzipSync(BYTES))],
  ["a Blob", () => new Blob([BYTES])],
  ["a Response", () => new Response(BYTES)],
  ["a stream of single bytes", trickling],
]) {
  test(name, async () => assert.deepEqual(await collect(parseCsv(source())), ROWS));
}

test("a Response without a body has no rows", async () => {
  assert.deepEqual(await collect(parseCsv(new Response(null, { status: 204 }))), []);
});

test("what is none of these is refused by name", async () => {
  for (const wrong of [undefined, null, 5, {}]) {
    const error = await refused(collect(parseCsv(wrong)), "invalid_parameter");
    assert.equal(error.parameter, "source");
  }
});
