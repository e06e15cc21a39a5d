/** The sums of an export by status, operator and sender. */
import Table from "cli-table3";
import { messageStatuses, sumCosts } from "smsc-wasm";

/** Rows that the tables for people show. JSON has all. */
const MAX_ROWS = 10;

/** Yields the cost of each message of the groups. */
function* costsOf(groups) {
  for (const { cost, messages } of groups) for (let index = 0; index < messages; index++) yield { cost };
}

const sum = (groups) => ({
  messages: groups.reduce((total, { messages }) => total + messages, 0),
  parts: groups.reduce((total, { parts }) => total + parts, 0),
  cost: sumCosts(costsOf(groups)),
});

/** The sums for each value of a column, the most frequent value first. */
function sumBy(groups, column) {
  const byValue = new Map();
  for (const group of groups) byValue.set(group[column], [...(byValue.get(group[column]) ?? []), group]);
  return [...byValue]
    .map(([value, members]) => ({ [column]: value, ...sum(members) }))
    .sort((one, other) => other.messages - one.messages);
}

/** The sums of all messages of the export, from the groups of the database. */
export function summarize(groups) {
  return {
    ...sum(groups),
    byStatus: sumBy(groups, "status").map(({ status, ...sums }) => ({
      status,
      name: messageStatuses[status],
      ...sums,
    })),
    byOperator: sumBy(groups, "operator"),
    bySender: sumBy(groups, "sender"),
  };
}

function formatTable(title, rows, nameOf) {
  const table = new Table({
    head: [title, "Messages", "Parts", "Cost"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows.slice(0, MAX_ROWS)) {
    table.push([nameOf(row) || "none", row.messages.toLocaleString("en"), row.parts.toLocaleString("en"), row.cost]);
  }
  const more = rows.length - MAX_ROWS;
  return `${table}${more > 0 ? `\n  and ${more} more` : ""}`;
}

/** The tables for people. */
export function formatSummary({ messages, parts, cost, byStatus, byOperator, bySender, database, csv }) {
  return [
    formatTable("Status", byStatus, ({ name, status }) => name ?? `code ${status}`),
    formatTable("Operator", byOperator, ({ operator }) => operator),
    formatTable("Sender", bySender, ({ sender }) => sender),
    `${messages.toLocaleString("en")} messages in ${parts.toLocaleString("en")} parts for ${cost} in the account's currency`,
    `Saved in ${database}${csv ? ` and ${csv}` : ""}`,
  ].join("\n");
}
