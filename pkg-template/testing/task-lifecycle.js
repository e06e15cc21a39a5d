/**
 * The lifecycle of a deferred task: the service "periodically selects active tasks … and executes them". It does not document how
 * often or for how long, so the emulator defines the times.
 */

import { makeCsv } from "./seed/csv.js";
import { nextId } from "./sender-lifecycle.js";
import { withoutUndefined } from "./validate.js";

/** @import { EmulatorTask, TaskSeed } from "./types.js" */

/** Duration of each step, in milliseconds of the emulator's clock. */
export const TASK_TIMES = Object.freeze({
  /** From status 0, waiting, to 1, running. */
  start: 60_000,
  /** From status 1 to 2, done. */
  run: 120_000,
});

/**
 * Adds default values for the missing fields of a task.
 *
 * @param {TaskSeed} given
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
    ...withoutUndefined(given),
    due: [...(given.due ?? [])],
  };
  if (task.name === "") task.name = `Выгрузка ${task.id}`;
  if (status === 2 && given.file === undefined) task.file = fileName(task);
  if (given.due === undefined) {
    const startsAt = now + (status === 0 ? TASK_TIMES.start : 0);
    if (status === 0) task.due.push({ at: startsAt, status: 1 });
    if (status === 0 || status === 1) task.due.push({ at: startsAt + TASK_TIMES.run, status: 2 });
  }
  return task;
}

/**
 * Applies the events that are due: sets `time` when the task starts, and names its file when the task is done.
 *
 * @param {EmulatorTask} task
 * @param {number} now
 */
export function advanceTask(task, now) {
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
