/** Finds the method of the client that sends a request. */

import { nearestName } from "../runtime/nearest-name.js";
import { senderCommand } from "./senders.js";
import { taskCommand } from "./tasks.js";

/** @import { EmulatorRequest } from "./types.js" */

/** @type {Record<string, string>} The method of each command of `senders.php`. */
const SENDER_METHODS = {
  get: "senders.list",
  add: "senders.add",
  chg: "senders.update",
  del: "senders.remove",
  send_code: "senders.sendCode",
  check_code: "senders.confirmCode",
};

/** @type {Record<string, string>} The method of each command of `downloads.php`. */
const TASK_METHODS = { get_list: "tasks.list", get_file: "tasks.download" };

/** @type {Record<string, string>} Each method, and the one whose requests it sends. */
const METHODS = {
  "history.list": "history.list",
  "history.iterate": "history.list",
  "history.pages": "history.list",
  "history.columns": "history.list",
  "history.ndjson": "history.list",
  "senders.list": "senders.list",
  "senders.iterate": "senders.list",
  "senders.get": "senders.list",
  "senders.add": "senders.add",
  "senders.update": "senders.update",
  "senders.sendCode": "senders.sendCode",
  "senders.confirmCode": "senders.confirmCode",
  "senders.remove": "senders.remove",
  "tasks.list": "tasks.list",
  "tasks.get": "tasks.list",
  "tasks.waitFor": "tasks.list",
  "tasks.download": "tasks.download",
  "tasks.rows": "tasks.download",
  "tasks.messages": "tasks.download",
  "tasks.columns": "tasks.download",
  "tasks.ndjson": "tasks.download",
  balance: "balance",
};

/**
 * @param {EmulatorRequest} request
 * @returns {string | undefined} `undefined` if no method sends such a request.
 */
function methodOf({ script, parameters }) {
  if (script === "get.php") return parameters.get_messages === "1" ? "history.list" : undefined;
  if (script === "senders.php") return SENDER_METHODS[senderCommand(parameters)];
  if (script === "downloads.php") return TASK_METHODS[taskCommand(parameters)];
  return script === "balance.php" ? "balance" : undefined;
}

/**
 * Whether a method of the client sends this request, or the request is for that script.
 *
 * @param {EmulatorRequest} request
 * @param {string} name
 * @returns {boolean}
 */
export const isRequestTo = (request, name) =>
  name.endsWith(".php") ? request.script === name : methodOf(request) === METHODS[name];

/**
 * Accepts a method of the client, or a script.
 *
 * @type {import("./validate.js").Check}
 */
export function requestName(value, path) {
  if (typeof value === "string" && (Object.hasOwn(METHODS, value) || value.endsWith(".php"))) return;
  const known = Object.keys(METHODS);
  const nearest = nearestName(String(value), known);
  const hint = nearest
    ? `Did you mean "${nearest}"?`
    : `Pass one of "${known.join('", "')}", or a script such as "get.php".`;
  throw new TypeError(`Invalid \`${path}\`: ${typeof value === "string" ? `"${value}"` : typeof value}. ${hint}`);
}
