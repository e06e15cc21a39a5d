/** Every host, in the order of the table. Those of the core run on every change. */

import { browserHosts } from "./browsers.mjs";
import { bun } from "./bun.mjs";
import { bundlerHosts } from "./bundlers.mjs";
import { deno } from "./deno.mjs";
import { jest } from "./jest.mjs";
import { next } from "./next.mjs";
import { node } from "./node.mjs";
import { types } from "./types.mjs";
import { vitest, vitestWorkerd } from "./vitest.mjs";
import { cloudflareVite, workerd } from "./workerd.mjs";

/**
 * @typedef {object} Host
 * @property {string} name By which it is asked for.
 * @property {string} title By which the table calls it.
 * @property {boolean} [core]
 * @property {(bench: any) => Promise<void>} run
 */

/** @type {Host[]} */
export const hosts = [
  ...[node, deno, bun, workerd, ...browserHosts],
  ...[...bundlerHosts, cloudflareVite, next],
  ...[jest, vitest, vitestWorkerd, types],
];
