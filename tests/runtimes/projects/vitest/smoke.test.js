import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { expect, test } from "vitest";
import { expected, smoke } from "./smoke.mjs";

test("runs all checks in a test", async () => {
  // The client treats an environment with a document as a page.
  const options = { dangerouslyAllowBrowser: true };
  expect(await smoke({ createClient, decodeHistory, SmscError }, process.env.SERVICE, options)).toEqual(expected);
});
