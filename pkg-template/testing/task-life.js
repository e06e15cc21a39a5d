/**
 * The life of a deferred task: the service "periodically selects active tasks … and executes them". How often, and for how long,
 * it does not say, so these are the emulator's own times.
 */

import { makeCsv } from "./seed/csv.js";
import { nextId } from "./sender-life.js";

/** @import { EmulatorTask } from "./types.js" */

/** How long each step takes, in milliseconds of the emulator's clock. */
export const TASK_TIMES = Object.freeze({
  /** From 0, waiting, to 1, running. */
  start: 60_000,
  /** From there to 2, done. */
  run: 120_000,
});

/**
 * @param {Partial<EmulatorTask>} given
 * @param {EmulatorTask[]} others
 * @param {number} now
 * @returns {EmulatorTask}
 */
export function completeTask(given, others, now) {
  const status = given.status ?? 0;
  const started = status === 1 || status === 2 || status === 4;
  /** @type {EmulatorTask} */
  const task = {
    id: nextId(others, 301),
    status,
    created: now,
    time: started ? now : "",
    file: "",
    content: () => makeCsv(10, { now }),
    name: "",
    due: [],
    ...given,
  };
  if (task.name === "") task.name = `Выгрузка ${task.id}`;
  if (status === 2 && given.file === undefined) task.file = fileName(task);
  if (given.due === undefined) {
    const starts = now + (status === 0 ? TASK_TIMES.start : 0);
    if (status === 0) task.due.push({ at: starts, status: 1 });
    if (status === 0 || status === 1) task.due.push({ at: starts + TASK_TIMES.run, status: 2 });
  }
  return task;
}

/**
 * Lets happen what is due: the start is noted when a task starts, and its file gets a name when it is done.
 *
 * @param {EmulatorTask} task
 * @param {number} now
 */
export function moveTask(task, now) {
  if (!task.due.some((event) => event.at <= now)) return;
  const events = task.due.filter((event) => event.at <= now).sort((a, b) => a.at - b.at);
  task.due = task.due.filter((event) => event.at > now);
  for (const { at, status } of events) {
    task.status = status;
    if (status === 1) task.time = at;
    if (status === 2 && task.file === "") task.file = fileName(task);
  }
}

/**
 * @param {EmulatorTask} task
 * @returns {string}
 */
const fileName = (task) => `messages_${task.id}.csv`;
