import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { expect, test } from "vitest";
import { expected, smoke } from "./smoke.mjs";

test("a user's own test", async () => {
  // An environment with a document counts as a page.
  const options = { dangerouslyAllowBrowser: true };
  expect(await smoke({ createClient, decodeHistory, SmscError }, process.env.SERVICE, options)).toEqual(expected);
});
