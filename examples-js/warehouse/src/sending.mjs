/** The time of the sending in SQL: of a column of times, or of the texts of a task's file. */
import { quoteName, quoteText } from "./names.mjs";
import { UsageError } from "./outcome.mjs";

/** The service's time, UTC+3. The sign of such a zone is opposite to the usual one. */
const SERVICE_ZONE = "Etc/GMT-3";

/** The dates of task files, in the service's time. */
const DATE_FORMATS = ["%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"];

/**
 * The SQL of a column: `value` is `NULL` for an empty value, and `time` also for a text that is no date.
 *
 * @param {string} column The name of the column.
 * @param {string} type Its type in DuckDB.
 */
export function sendingOf(column, type) {
  const name = quoteName(column);
  if (type === "TIMESTAMP WITH TIME ZONE") {
    return { column, value: name, time: `(${name} AT TIME ZONE ${quoteText(SERVICE_ZONE)})` };
  }
  if (type === "VARCHAR") {
    const value = `nullif(trim(${name}), '')`;
    return { column, value, time: `try_strptime(${value}, [${DATE_FORMATS.map(quoteText).join(", ")}])` };
  }
  throw new UsageError(`Column "${column}" has no dates, but ${type}. Name another: --date <title>.`);
}
