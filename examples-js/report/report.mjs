/** Prints an account's summary. It only reads from the account and does not change it. */
import {
  createClient,
  isSmscError,
  messageStatuses,
  operatorNames,
  operatorStatuses,
  senderStatuses,
  sumCosts,
  taskStatuses,
} from "smsc-wasm";
import { bar, formatBytes, formatCount, lineWidth, paint, table, truncate, width } from "./text.mjs";

/** Number of newest messages to count, SMS and e-mail. */
const MESSAGES = 1000;
/** Number of messages to print. */
const PRINTED_MESSAGES = 12;

/** Reads the client options from the environment variables. */
function readOptions({ SMSC_API_KEY, SMSC_LOGIN, SMSC_PASSWORD, SMSC_REGION, SMSC_BASE_URL }) {
  if (!SMSC_API_KEY && !(SMSC_LOGIN && SMSC_PASSWORD)) {
    throw new Error("Missing credentials. Set SMSC_API_KEY, or SMSC_LOGIN and SMSC_PASSWORD.");
  }
  return {
    ...(SMSC_API_KEY ? { apiKey: SMSC_API_KEY } : { login: SMSC_LOGIN, password: SMSC_PASSWORD }),
    ...(SMSC_BASE_URL ? { baseUrl: SMSC_BASE_URL } : { region: SMSC_REGION || "ru" }),
    onWait: ({ reason, waitMs }) => console.error(`(waiting ${Math.ceil(waitMs / 1000)} s: ${reason})`),
  };
}

const printHeading = (title, note = "") => console.log(`\n${paint("bold", title)}${note && paint("dim", `  ${note}`)}`);
const printLines = (list) => console.log(list.join("\n"));
const describeCode = (codes, code) => codes[code] ?? `code ${code}`;

/** Green for delivered messages, red for stopped, expired or refused ones, yellow for pending ones. */
const statusColour = (status) => ([1, 2, 4].includes(status) ? "green" : status > 2 || status < -1 ? "red" : "yellow");

/** The time of sending to the minute: the service's text or, without one, the timestamp in the service's time zone, UTC+3. */
const sentAt = ({ sendDate, sendTimestamp }) =>
  (sendDate ?? new Date((sendTimestamp + 3 * 3600) * 1000).toISOString().replace("T", " ")).slice(0, 16);

function printMessages(messages) {
  printHeading(
    "Last messages",
    messages.length > PRINTED_MESSAGES
      ? `the newest ${PRINTED_MESSAGES} of ${formatCount(messages.length, "message")}`
      : "",
  );
  if (messages.length === 0) return printLines(["  none"]);
  const columns = [
    { title: "Sent" },
    { title: "To", maxWidth: 24 },
    { title: "From", maxWidth: 14 },
    { title: "Status", maxWidth: 22 },
    { title: "Cost", right: true },
    { title: "Text" },
  ];
  const rows = messages
    .slice(0, PRINTED_MESSAGES)
    .map((message) => [
      sentAt(message),
      message.phone,
      message.senderId,
      [describeCode(messageStatuses, message.status), statusColour(message.status)],
      message.cost,
      message.message,
    ]);
  printLines(table(columns, rows));
}

function printStatuses(messages) {
  printHeading("By status");
  if (messages.length === 0) return printLines(["  none"]);
  const counts = new Map();
  for (const { status } of messages) counts.set(status, (counts.get(status) ?? 0) + 1);
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  const max = sorted[0][1];
  const columns = [
    { title: "Status", maxWidth: 26 },
    { title: "Messages", right: true },
    { title: "Share", right: true },
    { title: "" },
  ];
  const rows = sorted.map(([status, number]) => [
    [describeCode(messageStatuses, status), statusColour(status)],
    number.toLocaleString("en"),
    `${((100 * number) / messages.length).toFixed(1)} %`,
    [bar(number / max, Math.min(40, lineWidth - 50)), statusColour(status)],
  ]);
  printLines(table(columns, rows));
  const parts = messages.reduce((total, { smsCnt }) => total + smsCnt, 0);
  const total = sumCosts(messages.filter(({ cost }) => cost));
  printLines([
    `  ${formatCount(messages.length, "message")} in ${formatCount(parts, "part")} for ${total} in the account's currency`,
  ]);
}

function printSenders(senders) {
  printHeading("Sender names", formatCount(senders.length, "name"));
  if (senders.length === 0) return printLines(["  none"]);
  const column = Math.min(24, Math.max(...senders.map(({ name }) => width(name))));
  for (const { name, id, status, operators = {} } of senders) {
    const title = truncate(name, column);
    const state = status === undefined ? "" : describeCode(senderStatuses, status);
    const colour = status === 1 ? "green" : status === 0 ? "yellow" : "red";
    printLines([
      `  ${paint("bold", title)}${" ".repeat(column - width(title))}  ${paint(colour, state)}  ${paint("dim", `#${id}`)}`,
    ]);
    for (const [operatorStatus, keys] of byStatus(operators)) {
      const label = `${describeCode(operatorStatuses, operatorStatus)}: `;
      printLines([
        `    ${paint("dim", label)}${truncate(keys.map((key) => describeCode(operatorNames, key)).join("; "), lineWidth - 4 - width(label))}`,
      ]);
    }
  }
}

/** Groups operators by status. Status 0 is last, because it mostly means that no registration was requested. */
function byStatus(operators) {
  const groups = new Map();
  for (const [key, status] of Object.entries(operators)) groups.set(status, [...(groups.get(status) ?? []), key]);
  return [...groups].sort(([one], [other]) => Number(one === 0) - Number(other === 0));
}

function printTasks(tasks) {
  printHeading("Tasks", formatCount(tasks.length, "task"));
  if (tasks.length === 0) return printLines(["  none"]);
  const columns = [
    { title: "Id", right: true },
    { title: "Status", maxWidth: 14 },
    { title: "Created" },
    { title: "File", maxWidth: 32 },
    { title: "Name" },
  ];
  const colours = ["yellow", "cyan", "green", "red", "red"];
  const rows = tasks.map(({ id, name, status, created = "", file = "" }) => [
    String(id),
    [describeCode(taskStatuses, status), colours[status]],
    created,
    file,
    name,
  ]);
  printLines(table(columns, rows));
}

/**
 * Rewrites a progress line during a download. If the output is not a terminal, prints one line per second, so that a log stays
 * short.
 */
function progressLine() {
  const isTerminal = process.stdout.isTTY;
  let last = 0;
  const write = ({ bytes: read, rows, total }) => {
    const share = total
      ? `${bar(read / total, 20).padEnd(20, "░")} ${String(Math.floor((100 * read) / total)).padStart(3)} %  `
      : "";
    const line = `  ${share}${formatBytes(read)}, ${formatCount(rows, "row")}`;
    process.stdout.write(isTerminal ? `\r\x1b[2K${line}` : `${line}\n`);
  };
  return {
    show(progress) {
      if (Date.now() - last < (isTerminal ? 50 : 1000)) return;
      last = Date.now();
      write(progress);
    },
    end(progress) {
      write(progress);
      if (isTerminal) process.stdout.write("\n");
    },
  };
}

/** Reads a finished task's file row by row, and keeps only the first row. */
async function printFile(smsc, task) {
  printHeading(`File of task ${task.id}`, task.file);
  const line = progressLine();
  let progress = { bytes: 0, rows: 0 };
  let firstRow;
  let rows = 0;
  const onProgress = (now) => {
    progress = now;
    line.show(now);
  };
  for await (const row of smsc.tasks.rows({ id: task.id }, { onProgress })) {
    firstRow ??= row;
    rows += 1;
  }
  line.end({ ...progress, rows });
  if (firstRow) printLines([`  ${truncate(`columns: ${Object.keys(firstRow).join(", ")}`, lineWidth - 2)}`]);
}

async function report() {
  const options = readOptions(process.env);
  const smsc = await createClient(options);
  console.log(`${paint("bold", "SMSC account")}  ${options.baseUrl ?? `region ${options.region}`}`);

  const messages = await smsc.history.iterate({ limit: MESSAGES, channel: "all" }).toArray(MESSAGES);
  printMessages(messages);
  printStatuses(messages);

  printSenders(await smsc.senders.list({ all: true, operators: true }));

  const tasks = await smsc.tasks.list();
  printTasks(tasks);
  const done = tasks.filter(({ status }) => status === 2).sort((one, other) => other.id - one.id)[0];
  if (done) await printFile(smsc, done);
}

try {
  await report();
} catch (error) {
  console.error(isSmscError(error) ? `\n${error.code}: ${error.message}` : `\n${error.message}`);
  process.exitCode = 1;
}
