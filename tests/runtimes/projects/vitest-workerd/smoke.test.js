import { env } from "cloudflare:workers";
import { createClient, SmscError } from "smsc-wasm";
import { expect, test } from "vitest";
import { expected, smoke } from "./smoke.mjs";

test("a Worker's own test", async () => {
  expect(await smoke({ createClient, SmscError }, env.SERVICE)).toEqual(expected);
});
