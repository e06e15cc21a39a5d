import { type CallOptions, type Context, Deadline } from "./context.js";
import type { Task } from "./core.js";
import { SmscError } from "./errors.js";
import { run } from "./run.js";

/** A task's id. */
export type TaskId = number | string | bigint;

/** A list of this length holds every task that the service has. */
const longest = 1_000_000;

/**
 * Looks for several tasks with as few requests as it takes, mostly one: the service has no command for one task.
 *
 * @returns Those that there are, by their ids.
 */
export async function search(
  context: Context,
  ids: readonly bigint[],
  options: CallOptions | undefined,
): Promise<Map<string, Task>> {
  const deadline = new Deadline(context, options);
  const wanted = new Set(ids.map(String));
  const sorted = [...ids].sort((a, b) => (a < b ? -1 : 1));
  const [least, most] = [sorted[0], sorted.at(-1)] as [bigint, bigint];
  // Neither the order of the service's list nor its length without a limit is documented: so it is asked for from just
  // before the lowest id, by a length of our own, which grows while a task could still be beyond the end.
  for (let limit = 100; ; limit *= 10) {
    const query = least > 1n ? { limit, afterId: least - 1n } : { limit };
    const list: Task[] = await run(context, "tasks.list", query, deadline.next(options, "tasks"));
    const found = new Map(list.map((task) => [String(task.id), task] as const).filter(([id]) => wanted.has(id)));
    const rising = list.length > 1 && list.every(({ id }, place) => place === 0 || id > (list[place - 1] as Task).id);
    const beyond = rising && BigInt((list.at(-1) as Task).id) >= most;
    if (found.size === wanted.size || list.length < limit || beyond || limit >= longest) return found;
  }
}

/** The id as a number that can be compared. */
export function taskId(id: unknown): bigint {
  const sound =
    typeof id === "bigint" || Number.isSafeInteger(id) || (typeof id === "string" && /^\s*\d+\s*$/.test(id));
  const whole = sound ? BigInt(id as TaskId) : -1n;
  if (whole >= 0n) return whole;
  const message = `\`id\` takes a task's id: digits, as a number or a text, and got ${shown(id)}`;
  throw new SmscError({ code: "invalid_parameter", message, endpoint: "tasks", parameter: "id" });
}

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value).slice(0, 42);
  return typeof value === "number" ? String(value) : typeof value;
}
