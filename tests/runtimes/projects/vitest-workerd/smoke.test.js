import { env } from "cloudflare:workers";
import { createClient, decodeHistory, SmscError } from "smsc-wasm";
import { expect, test } from "vitest";
import { expected, smoke } from "./smoke.mjs";

test("runs all checks in a Worker", async () => {
  expect(await smoke({ createClient, decodeHistory, SmscError }, env.SERVICE)).toEqual(expected);
});
