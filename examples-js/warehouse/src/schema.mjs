/**
 * The tables and their columns. A column has a `name`, and the `type` of its values, from which each format takes its own:
 *
 * - `text`: a string;
 * - `integer`: a bigint;
 * - `decimal`: a bigint, the value multiplied by 10 to the power of `DECIMAL.scale`;
 * - `timestamp`: a `Date`. The formats store instants in UTC.
 *
 * A missing value is `null`, and a missing text is empty.
 */
import { messageSchema } from "smsc-wasm";
import { UsageError } from "./outcome.mjs";
import { titleOf } from "./titles.mjs";

/** A cost has at most 12 digits before the point and 6 after it, which a 64-bit integer holds. */
export const DECIMAL = { precision: 18, scale: 6 };

/** An id is no quantity, and can exceed 64 bits. */
const TEXT_FIELDS = ["id", "intId"];
/** Unix seconds. */
const TIMESTAMP_FIELDS = ["sendTimestamp", "lastTimestamp"];

function typeOfField(name, { type }) {
  if (TEXT_FIELDS.includes(name)) return "text";
  return TIMESTAMP_FIELDS.includes(name) ? "timestamp" : type;
}

/** The messages of the history: all fields except `extra`. */
export const MESSAGES = {
  name: "messages",
  columns: Object.entries(messageSchema).map(([name, field]) => ({
    name,
    field: name,
    type: typeOfField(name, field),
  })),
};

/** The name of the table of a task's file, and of its files. */
export const taskTableName = (id) => `task_${id}`;

/**
 * The rows of a task's file: a column of texts for each title, except the costs.
 *
 * @param {string} id The task.
 * @param {readonly string[]} titles The titles of the file.
 * @param {string | false | undefined} cost The title of the costs; `false` keeps them as texts; by default, it is recognized.
 */
export function taskTable(id, titles, cost) {
  if (titles.length === 0) throw new Error(`The file of task ${id} has no columns.`);
  if (cost && !titles.includes(cost)) {
    throw new UsageError(`The file of task ${id} has no column "${cost}". It has: ${titles.join(", ")}.`);
  }
  const costTitle = cost ?? titleOf("cost", titles);
  const names = distinctNames(titles);
  return {
    name: taskTableName(id),
    columns: titles.map((field, index) => ({
      name: names[index],
      field,
      type: field === costTitle ? "decimal" : "text",
    })),
  };
}

/** Makes the names different for DuckDB, which ignores the case and permits no empty name. */
function distinctNames(titles) {
  const used = new Set();
  return titles.map((title, index) => {
    const base = title.trim() || `column_${index + 1}`;
    let name = base;
    for (let number = 2; used.has(name.toLowerCase()); number++) name = `${base}_${number}`;
    used.add(name.toLowerCase());
    return name;
  });
}
