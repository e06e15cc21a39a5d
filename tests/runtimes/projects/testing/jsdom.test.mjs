/** The emulator in a page of jsdom, whose FormData, File and AbortSignal are not those of Node.js. */
import { createClient } from "smsc-wasm";
import { createEmulator, faults } from "smsc-wasm/testing";
import { expect, test } from "vitest";

test("serves a client of the page", async () => {
  expect(typeof document).toBe("object");
  const emulator = createEmulator();
  const smsc = await createClient(emulator.clientOptions());
  expect((await smsc.history.list({ limit: 5 })).messages).toHaveLength(5);
  expect(await (await smsc.tasks.download({ id: 301 })).text()).toMatch(/^ID;/);

  emulator.faults.push(faults.hang());
  const abort = new AbortController();
  const call = smsc.balance({ signal: abort.signal });
  while (emulator.requestsTo("balance").length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  abort.abort();
  await expect(call).rejects.toMatchObject({ code: "aborted" });
});

test("reads a form with a file of the page", async () => {
  const emulator = createEmulator({ senders: [] });
  const form = new FormData();
  for (const [name, value] of Object.entries({ apikey: "demo-key", charset: "utf-8", add: "1", sender: "SHOP" })) {
    form.append(name, value);
  }
  form.append("file", new File(["%PDF-1.7"], "знак.pdf", { type: "application/pdf" }));
  const response = await emulator.fetch("https://smsc.ru/sys/senders.php", { method: "POST", body: form });
  expect(await response.text()).toBe("ID = 70001");
  const [{ fileName, bytes }] = emulator.requestsTo("senders.add")[0].files;
  expect([fileName, new TextDecoder().decode(bytes)]).toEqual(["знак.pdf", "%PDF-1.7"]);
});
