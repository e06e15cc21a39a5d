const { createClient, decodeHistory, SmscError } = require("smsc-wasm");
const { smoke, expected } = require("./smoke.cjs");

test("runs all checks in a test", async () => {
  // The client treats an environment with a document as a page.
  const options = { dangerouslyAllowBrowser: true };
  expect(await smoke({ createClient, decodeHistory, SmscError }, process.env.SERVICE, options)).toEqual(expected);
});
