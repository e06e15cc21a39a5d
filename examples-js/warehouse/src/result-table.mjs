/** The tables for people. */
import Table from "cli-table3";

const count = (number) => number.toLocaleString("en");

/** One line without control characters: a text of a message must not control the terminal. */
const line = (text) => text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, " ");

/** The result of a query. */
export function formatCosts({ file, messages, cost, invalidDates, rows }, by) {
  const table = new Table({
    head: [...by, "messages", "cost"],
    colAligns: [...by.map(() => "left"), "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) {
    table.push([...by.map((name) => line(row.group[name] || "none")), count(row.messages), row.cost]);
  }
  const total = `${count(messages)} messages for ${cost} in the account's currency`;
  const warning =
    invalidDates > 0 ? `\nDates that are not recognized: ${count(invalidDates)}. Their group is "none".` : "";
  return `${rows.length > 0 ? `${table}\n` : ""}${total}${warning}\nRead from ${file}`;
}

/** The tables of an export. */
export const formatExport = (tables, out) =>
  tables.map(({ table, rows, files }) => `${table}: ${count(rows)} rows in ${files.join(", ")} of ${out}`).join("\n");
