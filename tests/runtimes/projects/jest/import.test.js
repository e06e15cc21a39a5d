const { createClient, isSmscError, messageStatuses } = require("smsc-wasm");
const { createEmulator } = require("smsc-wasm/testing");

test("the import succeeds", () => {
  expect(typeof messageStatuses[1]).toBe("string");
  expect(createEmulator().state.senders.length).toBeGreaterThan(0);
});

test("credentials in a page require dangerouslyAllowBrowser", async () => {
  const error = await createClient({ apiKey: "demo-key" }).catch((error) => error);
  expect(isSmscError(error)).toBe(true);
  expect(error.code).toBe("invalid_option");
});

test("a missing fetch rejects the call", async () => {
  const smsc = await createClient({ apiKey: "demo-key", dangerouslyAllowBrowser: true, maxRetries: 0 });
  const error = await smsc.history.list().catch((error) => error);
  expect(isSmscError(error)).toBe(true);
  expect(error.message).toMatch(/fetch/);
});
