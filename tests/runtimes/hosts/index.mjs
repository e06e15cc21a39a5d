/** All hosts, in the order of the table. The core hosts are tested on every change. */

import { browserHosts } from "./browsers.mjs";
import { bulk } from "./bulk.mjs";
import { bun } from "./bun.mjs";
import { bundlerHosts } from "./bundlers.mjs";
import { deno } from "./deno.mjs";
import { jest } from "./jest.mjs";
import { next } from "./next.mjs";
import { node } from "./node.mjs";
import { testing } from "./testing.mjs";
import { types } from "./types.mjs";
import { vitest, vitestWorkerd } from "./vitest.mjs";
import { cloudflareVite, workerd } from "./workerd.mjs";

/**
 * @typedef {object} Host
 * @property {string} name The name for the option `--only`.
 * @property {string} title The name in the table.
 * @property {boolean} [core]
 * @property {(bench: any) => Promise<void>} run
 */

/** @type {Host[]} */
export const hosts = [
  ...[node, deno, bun, workerd, ...browserHosts],
  ...[...bundlerHosts, cloudflareVite, next],
  ...[jest, vitest, vitestWorkerd, testing, bulk, types],
];
