/** The arguments of `redisLimiter`, without a Redis. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isSmscError } from "smsc-wasm";
import { redisLimiter } from "smsc-wasm/redis";

const client = { eval: async () => [] };

function rejected(...given) {
  try {
    redisLimiter(...given);
  } catch (error) {
    assert.ok(isSmscError(error), String(error));
    assert.equal(error.code, "invalid_option");
    return error;
  }
  return assert.fail(`accepted ${JSON.stringify(given)}`);
}

describe("redisLimiter", () => {
  test("accepts clients, functions and options that are absent", () => {
    for (const given of [
      [client],
      [async () => []],
      [client, {}],
      [client, { key: undefined }],
      [client, { key: "a" }],
    ]) {
      assert.equal(typeof redisLimiter(...given).acquire, "function");
    }
  });

  test("a wrong client is an invalid option", () => {
    for (const [value, given] of [
      [undefined, "and got undefined"],
      [null, "and got null"],
      ["redis://localhost", "and got a text"],
      [{}, "and got an object without `eval`"],
      [Promise.resolve(client), "and got a promise. Add `await`, as in `await createRedis(…).connect()`"],
    ]) {
      const { parameter, message } = rejected(value);
      assert.equal(parameter, "client");
      assert.ok(message.endsWith(given), message);
      assert.ok(!message.includes("localhost"), message);
    }
  });

  test("a wrong option is an invalid option", () => {
    assert.equal(rejected(client, { kye: "a" }).message, "Unknown option `kye`. Did you mean `key`?");
    assert.equal(rejected(client, { prefix: "a" }).message, "Unknown option `prefix`. The options here are `key`.");
    for (const key of ["", 5, null]) assert.equal(rejected(client, { key }).parameter, "key");
    assert.equal(rejected(client, { key: Object.create(null) }).parameter, "key");
    assert.match(rejected(client, { key: "}a" }).message, /^`key` takes a text without braces/);
    for (const options of [null, "smsc", 5]) assert.equal(rejected(client, options).parameter, "options");
  });
});
