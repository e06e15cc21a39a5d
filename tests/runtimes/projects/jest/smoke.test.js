const { createClient, decodeHistory, SmscError } = require("smsc-wasm");
const { smoke, expected } = require("./smoke.cjs");

test("a user's own test", async () => {
  // An environment with a document counts as a page.
  const options = { dangerouslyAllowBrowser: true };
  expect(await smoke({ createClient, decodeHistory, SmscError }, process.env.SERVICE, options)).toEqual(expected);
});
