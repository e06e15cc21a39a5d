/** The code tables, and the sum of costs. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import * as smsc from "smsc-wasm";
import { en, kk, ru, uk } from "smsc-wasm/codes";
import * as slim from "smsc-wasm/slim";
import { setup } from "./support/account.mjs";

const languages = { en, ru, uk, kk };
const require = createRequire(import.meta.url);

describe("code tables", () => {
  test("all languages have the same codes, each with a text", () => {
    for (const tables of Object.values(languages)) {
      assert.deepEqual(Object.keys(tables).sort(), Object.keys(en).sort());
      for (const [name, table] of Object.entries(tables)) {
        assert.deepEqual(Object.keys(table).sort(), Object.keys(en[name]).sort(), name);
        for (const text of Object.values(table)) assert.match(text, /^\S.*\S$/);
      }
    }
  });

  test("are frozen", () => {
    for (const tables of Object.values(languages)) {
      assert.ok(Object.isFrozen(tables));
      assert.ok(Object.values(tables).every(Object.isFrozen));
    }
  });

  test("the texts are in their language", () => {
    assert.equal(en.messageStatuses[1], "delivered");
    assert.equal(ru.messageStatuses[-1], "ожидает отправки");
    assert.equal(uk.taskStatuses[3], "скасовано");
    assert.equal(kk.messageStatuses[1], "жеткізілді");
    for (const [name, table] of Object.entries(en)) {
      for (const [code, text] of Object.entries(table)) {
        if (/^(SMS|MMS|Viber|e-mail)$/.test(text)) continue;
        const others = [ru, uk, kk].map((tables) => tables[name][code]);
        assert.ok(!others.includes(text), `${name} ${code}: ${text}`);
      }
    }
    assert.doesNotMatch(JSON.stringify([ru, uk]), /[әғқңөұүһі]{2}/i);
    assert.doesNotMatch(JSON.stringify(ru), /[іїєґәғқңөұүһ]/i);
    assert.doesNotMatch(JSON.stringify(uk), /[ыэёъәғқңөұүһ]/i);
  });

  test("the tables of the other entries are those of smsc-wasm/codes, and not copies", () => {
    const required = ["smsc-wasm", "smsc-wasm/slim"].map((entry) => require(entry));
    for (const [entries, tables] of [
      [[{ ...smsc }, { ...slim }], en],
      [required, require("smsc-wasm/codes").en],
    ]) {
      for (const entry of entries) for (const [name, table] of Object.entries(tables)) assert.equal(entry[name], table);
    }
  });

  test("the names of operators are those that sender names have", async () => {
    const { smsc } = await setup();
    const senders = await smsc.senders.list({ all: true, operators: true });
    const keys = new Set(senders.flatMap(({ operators = {} }) => Object.keys(operators)));
    assert.deepEqual([...keys].sort(), Object.keys(en.operatorNames).sort());
  });
});

describe("sumCosts", () => {
  const sum = (...costs) => smsc.sumCosts(costs.map((cost) => ({ cost })));
  const rejects = (call, parameter, message) => {
    assert.throws(call, (error) => {
      assert.ok(smsc.isSmscError(error));
      assert.equal(error.code, "invalid_parameter");
      assert.equal(error.parameter, parameter);
      assert.match(error.message, message);
      return true;
    });
  };

  test("adds decimals exactly", () => {
    assert.equal(sum(), "0");
    assert.equal(sum("0.1", "0.2"), "0.3");
    assert.equal(sum("9007199254740993.01", "1"), "9007199254740994.01");
    assert.equal(sum("123456789012345678901234567890.1234", "0.0001"), "123456789012345678901234567890.1235");
    assert.equal(sum("1.50", "1.5"), "3.00");
    assert.equal(sum("007", "+1"), "8");
  });

  test("adds negative costs", () => {
    assert.equal(sum("1.5", "-0.005"), "1.495");
    assert.equal(sum("-0.5", "0.25"), "-0.25");
    assert.equal(sum("-1", "1.00"), "0.00");
    assert.equal(sum("-0", -0), "0");
  });

  test("adds numbers by their decimal notation", () => {
    assert.equal(sum(0.1, 0.2), "0.3");
    assert.equal(sum(0.1, "0.20"), "0.30");
    assert.equal(sum(1e-7, -2.5e-8), "0.000000075");
    assert.equal(sum(1.5e21, 1), "1500000000000000000001");
    assert.equal(sum(Number.MIN_VALUE).length, "0.".length + 324);
  });

  test("takes messages of the history, and any iterable", async () => {
    const { smsc: client } = await setup({ messages: [{ cost: "1.5" }, { cost: "0.0001" }] });
    const { messages } = await client.history.list();
    assert.equal(smsc.sumCosts(messages), "1.5001");
    assert.equal(smsc.sumCosts(new Set(messages)), "1.5001");
  });

  test("rejects a cost that is not a decimal, and names its index", () => {
    for (const cost of ["free", "", " 1", "1,5", "1.", ".5", "1e5", "0x10", "--1", "1.5.5", "٣"]) {
      rejects(() => sum("1", cost), "messages[1].cost", /^`messages\[1\]\.cost` takes a decimal such as "1\.25"/);
    }
    for (const cost of [Number.NaN, Number.POSITIVE_INFINITY, undefined, null, true, 5n, {}, ["1"]]) {
      rejects(() => sum(cost), "messages[0].cost", /^`messages\[0\]\.cost` takes a decimal/);
    }
    rejects(() => smsc.sumCosts([null]), "messages[0].cost", /got undefined\. Leave out messages without a cost$/);
    rejects(() => sum("x".repeat(1e6)), "messages[0].cost", /^.{1,120}$/);
  });

  test("rejects values that are not iterable", () => {
    for (const messages of [undefined, null, 5, {}, { cost: "1" }]) {
      rejects(() => smsc.sumCosts(messages), "messages", /^`messages` takes an array/);
    }
  });
});
