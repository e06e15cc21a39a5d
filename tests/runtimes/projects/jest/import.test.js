const { createClient, isSmscError, messageStatuses, version } = require("smsc-wasm");
const { createEmulator } = require("smsc-wasm/testing");

test("a component that imports it can be tested", () => {
  expect(typeof version).toBe("string");
  expect(typeof messageStatuses[1]).toBe("string");
  expect(createEmulator().state.messages.length).toBeGreaterThan(0);
});

test("what the environment lacks is said when it is asked for", async () => {
  const error = await createClient({ apiKey: "demo-key", dangerouslyAllowBrowser: true }).catch((error) => error);
  expect(isSmscError(error)).toBe(true);
  expect(error.message).toMatch(/no DecompressionStream/);
});
