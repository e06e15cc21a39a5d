import { createClient, decodeHistory, type Message, SmscError } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { expected, smoke } from "./smoke";

test("runs all checks in a test", async () => {
  expect(await smoke({ createClient, decodeHistory, SmscError }, process.env.SERVICE as string)).toEqual(expected);
});

test("the emulator serves a client", async () => {
  const emulator = createEmulator();
  const smsc = await createClient(emulator.clientOptions());
  const messages: Message[] = (await smsc.history.list({ limit: 5 })).messages;
  expect(messages).toHaveLength(5);
});
