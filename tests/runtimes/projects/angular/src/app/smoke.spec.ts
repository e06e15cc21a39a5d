import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { expected, smoke } from "../../smoke.mjs";

it("runs all checks in a test", async () => {
  // The client treats an environment with a document as a page.
  const options = { dangerouslyAllowBrowser: true };
  const { SERVICE = "" } = process.env;
  expect(await smoke({ createClient, decodeHistory, SmscError }, SERVICE, options)).toEqual(expected);
});
