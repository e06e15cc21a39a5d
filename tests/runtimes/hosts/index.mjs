/** All hosts, in the order of the table. The core hosts are tested on every change. */

import { angular } from "./angular.mjs";
import { astro } from "./astro.mjs";
import { browserHosts } from "./browsers.mjs";
import { bulk } from "./bulk.mjs";
import { bun } from "./bun.mjs";
import { bundlerHosts } from "./bundlers.mjs";
import { deno } from "./deno.mjs";
import { extension } from "./extension.mjs";
import { jest, swcJest, tsJest } from "./jest.mjs";
import { next } from "./next.mjs";
import { nitro } from "./nitro.mjs";
import { node } from "./node.mjs";
import { nuxt } from "./nuxt.mjs";
import { pnpm, yarn } from "./package-managers.mjs";
import { reactRouter } from "./react-router.mjs";
import { sea } from "./sea.mjs";
import { sveltekit } from "./sveltekit.mjs";
import { testing } from "./testing.mjs";
import { types } from "./types.mjs";
import { vitest, vitestWorkerd } from "./vitest.mjs";
import { workerProxy } from "./worker-proxy.mjs";
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
  ...[node, sea, deno, bun, workerd, workerProxy, ...browserHosts, extension],
  ...[pnpm, yarn],
  ...[...bundlerHosts, cloudflareVite],
  ...[next, nuxt, nitro, sveltekit, reactRouter, astro, angular],
  ...[jest, tsJest, swcJest, vitest, vitestWorkerd, testing, bulk, types],
];
