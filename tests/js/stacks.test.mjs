/** The stack of a rejection has the async functions of the caller. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient, decodeHistory, decodeTasks, isSmscError, parseCsv } from "smsc-wasm";
import { faults } from "smsc-wasm/testing";
import { setup } from "./support/account.mjs";

const { smsc, emulator } = await setup({ limits: false }, { rateLimit: "off", maxRetries: 0 });

const firstOf = async (iterable) => {
  for await (const item of iterable) return item;
};

const CALLS = {
  "history.list": () => smsc.history.list(),
  "history.iterate": () => firstOf(smsc.history.iterate()),
  "history.pages": () => firstOf(smsc.history.pages()),
  "iterate().toArray": () => smsc.history.iterate().toArray(5),
  "senders.get": () => smsc.senders.get({ id: 5 }),
  "senders.iterate": () => firstOf(smsc.senders.iterate()),
  "tasks.download": () => smsc.tasks.download({ id: 303 }),
  "tasks.waitFor": () => smsc.tasks.waitFor(303),
  balance: () => smsc.balance(),
  call: () => smsc.call("balance.php", {}),
};

/** The error of a call that two async functions of this file await. */
async function stackOf(call) {
  async function loadReport() {
    return await call();
  }
  async function handleRequest() {
    return await loadReport();
  }
  const error = await handleRequest().catch((error) => error);
  assert.ok(isSmscError(error), String(error));
  return { error, stack: error.stack };
}

function assertCallers({ error, stack }) {
  assert.ok(stack.startsWith(`SmscError: ${error.message}\n`), stack);
  assert.match(stack, /at async loadReport \(file:.*stacks\.test\.mjs/);
  assert.match(stack, /at async handleRequest \(file:.*stacks\.test\.mjs/);
}

describe("the stack has the callers", () => {
  for (const [name, call] of Object.entries(CALLS)) {
    test(`after a response: ${name}`, async () => {
      emulator.faults.push(faults.httpStatus(503));
      assertCallers(await stackOf(call));
    });
  }

  test("of invalid arguments and options", async () => {
    assertCallers(await stackOf(() => smsc.history.list({ limit: 0 })));
    assertCallers(await stackOf(() => smsc.history.list({}, { timeout: 5 })));
    assertCallers(await stackOf(() => createClient({})));
  });

  test("of the second module", async () => {
    const brokenGzip = new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0, 255, 255]);
    for (const call of [
      () => firstOf(smsc.history.columns({}, { select: ["zz"] })),
      () => firstOf(parseCsv(5)),
      () => firstOf(parseCsv(brokenGzip)),
      () => firstOf(parseCsv.columns("a", { select: "a" })),
      () => decodeHistory("x", 1),
      () => decodeTasks("x", 3),
    ]) {
      assertCallers(await stackOf(call));
    }
  });

  test("of a file that breaks off", async () => {
    for (const read of [(file) => file.text(), (file) => file.bytes(), (file) => firstOf(file.rows())]) {
      emulator.faults.push(faults.truncatedBody(20));
      const file = await smsc.tasks.download({ id: 301 });
      assertCallers(await stackOf(() => read(file)));
    }
  });
});

test("an error of the caller's own function keeps its stack", async () => {
  const own = new Error("mine");
  const { stack } = own;
  const onProgress = () => {
    throw own;
  };
  await assert.rejects(firstOf(smsc.history.pages({}, { onProgress })), (error) => error === own);
  await assert.rejects(smsc.tasks.waitFor(303, { onProgress }), (error) => error === own);
  assert.equal(own.stack, stack);
});
