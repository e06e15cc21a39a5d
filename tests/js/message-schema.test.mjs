/** The schema of a message, as data and as a JSON Schema. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { test } from "node:test";
import { messageSchema } from "smsc-wasm";
import { collect, setup } from "./support/account.mjs";

const jsonSchema = createRequire(import.meta.url)("smsc-wasm/message.schema.json");

test("every field of a message has a type and a meaning", async () => {
  const { smsc } = await setup({ messages: 50 });
  const messages = await collect(smsc.history.iterate());
  const names = new Set(messages.flatMap((message) => Object.keys(message)));
  assert.ok(names.size >= 20);
  for (const message of messages)
    for (const [name, value] of Object.entries(message)) {
      const { type, meaning } = messageSchema[name];
      assert.equal(typeof value, type === "integer" ? "number" : "string", name);
      assert.match(meaning, /^[A-Z].*\.$/s);
      if (type === "decimal") assert.match(value, /^-?\d+(\.\d+)?$/);
    }
  assert.equal(Object.keys(messageSchema).length, 22);
  assert.equal(messageSchema.cost.type, "decimal");
  assert.equal(messageSchema.id.type, "integer");
  assert.equal(messageSchema.intId.type, "text");
  assert.ok(Object.isFrozen(messageSchema));
});

test("the emulator sends every field of a message", async () => {
  const { smsc } = await setup({ messages: [{ message: "hi", err: 0, flag: 1 }] });
  const { messages } = await smsc.history.list();
  assert.deepEqual(Object.keys(messages[0]), Object.keys(messageSchema));
});

test("the JSON Schema has the same fields", () => {
  const { $schema, type, properties } = jsonSchema;
  assert.match($schema, /2020-12/);
  assert.equal(type, "object");
  assert.deepEqual(Object.keys(properties), [...Object.keys(messageSchema), "extra"]);
  for (const [name, { type, meaning }] of Object.entries(messageSchema)) {
    const expected = { type: type === "integer" ? "integer" : "string", description: meaning };
    assert.deepEqual(properties[name], expected);
  }
});
