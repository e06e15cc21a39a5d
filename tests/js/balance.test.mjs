import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rejectsWith, setup } from "./support/account.mjs";

describe("smsc.balance", () => {
  test("gives the balance with its currency, as text", async () => {
    const { smsc, emulator } = await setup();
    assert.deepEqual(await smsc.balance(), { balance: "1834.5", currency: "RUR" });
    emulator.state.balance = "-0.10";
    emulator.state.credit = "500";
    assert.deepEqual(await smsc.balance({ timeoutMs: 1000 }), { balance: "-0.10", currency: "RUR", credit: "500" });
  });

  test("is read again after a failure, and rejects what is not a balance", async () => {
    const { smsc, emulator } = await setup({}, { maxRetries: 0 });
    emulator.faults.push({ code: 4 }, { body: "[]" });
    assert.equal((await rejectsWith(smsc.balance(), "ip_blocked")).endpoint, "balance.php");
    await rejectsWith(smsc.balance(), "bad_response");
    assert.equal((await smsc.balance()).balance, "1834.5");
    assert.equal((await rejectsWith(smsc.balance({ timeout: 5 }), "invalid_option")).parameter, "timeout");
  });
});
