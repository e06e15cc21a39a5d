/** `downloads.php`: page "Дії з відкладеними завданнями" ("Actions with deferred tasks"). */

import { ServiceError } from "./errors.js";
import { driftTypes, jsonArray, textLine, xmlElement, xmlList } from "./formats.js";
import { readCount, readNumber } from "./parameters.js";
import { extraFields, taskRow } from "./wire.js";

/** @import { EmulatorTask } from "./types.js" */
/** @import { Call } from "./service.js" */

/**
 * The command of a request; "" if it names none.
 *
 * @param {Record<string, string>} parameters
 * @returns {string}
 */
export const taskCommand = (parameters) => ["get_list", "get_file"].find((name) => parameters[name] === "1") ?? "";

/**
 * @param {Call} call
 * @returns {string | EmulatorTask} The text of a list, or the task whose file the response contains.
 */
export function tasks(call) {
  const command = taskCommand(call.parameters);
  if (command === "get_list") return listTasks(call);
  if (command === "get_file") return findFile(call);
  throw new ServiceError(1);
}

/**
 * The page specifies neither the order of the list nor its length without `cnt`; both are options of the emulator.
 *
 * @param {Call} call
 * @returns {string}
 */
function listTasks({ parameters, account, quirks, fmt, drift }) {
  const count = readCount(parameters.cnt, Number.MAX_SAFE_INTEGER) ?? quirks.taskPage;
  const after = readNumber(parameters.after_id) ?? Number.NEGATIVE_INFINITY;
  const direction = quirks.taskOrder === "descending" ? -1 : 1;
  const selected = account.tasks
    .filter((task) => task.id > after)
    .sort((a, b) => direction * (a.id - b.id))
    .slice(0, count);
  if (selected.length === 0) throw new ServiceError(5);
  if (fmt === 0) return selected.map((task) => textLine(taskRow(task))).join("\n");
  if (fmt === 1) return selected.map((task) => Object.values(taskRow(task)).join(",")).join("\n");
  const rows = selected.map((task) => ({ ...taskRow(task), ...extraFields(task) }));
  if (fmt === 2) return xmlList(rows.map((row) => xmlElement("task", row)));
  // The sample of this page, and only of this one, has no line break after the first brace of an object.
  return jsonArray(drift ? rows.map(driftTypes) : rows).replaceAll('{\n"id"', '{ "id"');
}

/**
 * By the id of the task, or by the name of the file: "Завантажити файл завдання з ім'ям name".
 *
 * @param {Call} call
 * @returns {EmulatorTask}
 */
function findFile({ parameters, account }) {
  const id = readNumber(parameters.id);
  const { name } = parameters;
  if (id === undefined && !name) throw new ServiceError(1);
  const matches = account.tasks.filter((task) => (id === undefined ? task.file === name : task.id === id));
  const done = matches.find((task) => task.status === 2);
  if (!done) throw new ServiceError(5);
  return done;
}
