/** The sources of an export: a table, and its rows in batches of columns. */
import { MESSAGES, taskTable } from "./schema.mjs";

/** The messages of a query. */
export function historySource(client, query, options) {
  return { table: MESSAGES, batches: client.history.columns(query, options) };
}

/** The rows of a task's file, once it is ready. Its columns are known after the first batch. */
export async function taskSource(client, { id, cost }, { signal, onProgress }) {
  await client.tasks.waitFor(id, { signal });
  const file = await client.tasks.download({ id }, { signal });
  const batches = file.columns({ signal, onProgress });
  const first = await batches.next();
  // Without a header, the names of the columns are their numbers.
  const titles = file.csv.columns ?? Object.keys(first.value?.columns ?? {});
  return { table: taskTable(id, titles, cost), batches: withFirst(first, batches) };
}

async function* withFirst(first, batches) {
  if (!first.done) yield first.value;
  yield* batches;
}
