/** Prints an account's summary. It only reads: nothing is sent, added or changed. */
import { createClient, isSmscError, messageStatuses, operatorStatuses, senderStatuses, taskStatuses } from "smsc-wasm";
import { sum } from "./money.mjs";
import { bar, bytes, count, cut, lineWidth, paint, table, width } from "./text.mjs";

/** How many of the newest messages are counted: one request's worth. */
const MESSAGES = 1000;
/** How many of them are shown. */
const SHOWN = 12;

/** The account that the environment names. */
function account({ SMSC_API_KEY, SMSC_LOGIN, SMSC_PASSWORD, SMSC_REGION, SMSC_BASE_URL }) {
  if (!SMSC_API_KEY && !(SMSC_LOGIN && SMSC_PASSWORD)) {
    throw new Error("set SMSC_API_KEY, or SMSC_LOGIN and SMSC_PASSWORD");
  }
  return {
    ...(SMSC_API_KEY ? { apiKey: SMSC_API_KEY } : { login: SMSC_LOGIN, password: SMSC_PASSWORD }),
    ...(SMSC_BASE_URL ? { baseUrl: SMSC_BASE_URL } : { region: SMSC_REGION || "ru" }),
    onWait: ({ reason, ms }) => console.error(`(waiting ${Math.ceil(ms / 1000)} s: ${reason})`),
  };
}

const heading = (title, note = "") => console.log(`\n${paint("bold", title)}${note && paint("dim", `  ${note}`)}`);
const lines = (list) => console.log(list.join("\n"));
const meaning = (codes, code) => codes[code] ?? `code ${code}`;

/** Delivered is good, stopped, expired or refused is not, and the rest is on its way. */
const statusColour = (status) => ([1, 2, 4].includes(status) ? "green" : status > 2 || status < -1 ? "red" : "yellow");

/** To the minute: the service's own text, and without one the same from the timestamp, since its clock is three hours ahead of UTC. */
const sentAt = ({ sendDate, sendTimestamp }) =>
  (sendDate ?? new Date((sendTimestamp + 3 * 3600) * 1000).toISOString().replace("T", " ")).slice(0, 16);

function showMessages(messages) {
  heading(
    "Last messages",
    messages.length > SHOWN ? `the newest ${SHOWN} of ${count(messages.length, "message")}` : "",
  );
  if (messages.length === 0) return lines(["  none"]);
  const columns = [
    { title: "Sent" },
    { title: "To", most: 24 },
    { title: "From", most: 14 },
    { title: "Status", most: 22 },
    { title: "Cost", right: true },
    { title: "Text" },
  ];
  const rows = messages
    .slice(0, SHOWN)
    .map((message) => [
      sentAt(message),
      message.phone,
      message.senderId,
      [meaning(messageStatuses, message.status), statusColour(message.status)],
      message.cost,
      message.message,
    ]);
  lines(table(columns, rows));
}

function showStatuses(messages) {
  heading("By status");
  if (messages.length === 0) return lines(["  none"]);
  const counts = new Map();
  for (const { status } of messages) counts.set(status, (counts.get(status) ?? 0) + 1);
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  const most = sorted[0][1];
  const columns = [
    { title: "Status", most: 26 },
    { title: "Messages", right: true },
    { title: "Share", right: true },
    { title: "" },
  ];
  const rows = sorted.map(([status, number]) => [
    [meaning(messageStatuses, status), statusColour(status)],
    number.toLocaleString("en"),
    `${((100 * number) / messages.length).toFixed(1)} %`,
    [bar(number / most, Math.min(40, lineWidth - 50)), statusColour(status)],
  ]);
  lines(table(columns, rows));
  const parts = messages.reduce((total, { smsCnt }) => total + smsCnt, 0);
  const total = sum(messages.map(({ cost }) => cost));
  lines([`  ${count(messages.length, "message")} in ${count(parts, "part")} for ${total} in the account's currency`]);
}

const OPERATORS = {
  mts: "MTS",
  mega: "MegaFon",
  bee: "Beeline",
  tele2: "Tele2",
  motiv: "MOTIV",
  sber: "SberMobile",
  winmob: "Win-Mobile",
  volnamob: "Volna mobile",
  ua: "Ukraine",
  by: "Belarus",
};
const TARIFFS = { Int: " international", Reg: " national", Step: "" };

/** `megaInt` as a person would say it. A bare name beside a paid one is the free-names tariff. */
function operatorName(key) {
  const [, operator, tariff] = /^(.*?)(Step|Int|Reg)?$/.exec(key);
  return operator in OPERATORS ? OPERATORS[operator] + (tariff ? TARIFFS[tariff] : " free names") : key;
}

function showSenders(senders) {
  heading("Sender names", count(senders.length, "name"));
  if (senders.length === 0) return lines(["  none"]);
  const column = Math.min(24, Math.max(...senders.map(({ name }) => width(name))));
  for (const { name, id, status, operators = {} } of senders) {
    const shown = cut(name, column);
    const state = status === undefined ? "" : meaning(senderStatuses, status);
    const colour = status === 1 ? "green" : status === 0 ? "yellow" : "red";
    lines([
      `  ${paint("bold", shown)}${" ".repeat(column - width(shown))}  ${paint(colour, state)}  ${paint("dim", `#${id}`)}`,
    ]);
    for (const [operatorStatus, keys] of byStatus(operators)) {
      const label = `${meaning(operatorStatuses, operatorStatus)}: `;
      lines([`    ${paint("dim", label)}${cut(keys.map(operatorName).join(", "), lineWidth - 4 - width(label))}`]);
    }
  }
}

/** Operators under the status that they share; last come those that await it, most of them because nobody asked for them. */
function byStatus(operators) {
  const groups = new Map();
  for (const [key, status] of Object.entries(operators)) groups.set(status, [...(groups.get(status) ?? []), key]);
  return [...groups].sort(([one], [other]) => Number(one === 0) - Number(other === 0));
}

function showTasks(tasks) {
  heading("Tasks", count(tasks.length, "task"));
  if (tasks.length === 0) return lines(["  none"]);
  const columns = [
    { title: "Id", right: true },
    { title: "Status", most: 14 },
    { title: "Created" },
    { title: "File", most: 32 },
    { title: "Name" },
  ];
  const colours = ["yellow", "cyan", "green", "red", "red"];
  const rows = tasks.map(({ id, name, status, created = "", file = "" }) => [
    String(id),
    [meaning(taskStatuses, status), colours[status]],
    created,
    file,
    name,
  ]);
  lines(table(columns, rows));
}

/**
 * One line that is written over and over while a file comes in. Where nothing can be written over, a line each second, so that a
 * log stays short.
 */
function progressLine() {
  const live = process.stdout.isTTY;
  let last = 0;
  const write = ({ bytes: read, rows, total }) => {
    const share = total
      ? `${bar(read / total, 20).padEnd(20, "░")} ${String(Math.floor((100 * read) / total)).padStart(3)} %  `
      : "";
    const line = `  ${share}${bytes(read)}, ${count(rows, "row")}`;
    process.stdout.write(live ? `\r\x1b[2K${line}` : `${line}\n`);
  };
  return {
    show(progress) {
      if (Date.now() - last < (live ? 50 : 1000)) return;
      last = Date.now();
      write(progress);
    },
    end(progress) {
      write(progress);
      if (live) process.stdout.write("\n");
    },
  };
}

/** Reads a finished task's file row by row; no more of it is kept than is shown. */
async function showFile(smsc, task) {
  heading(`File of task ${task.id}`, task.file);
  const line = progressLine();
  let progress = { bytes: 0, rows: 0 };
  let first;
  let rows = 0;
  const onProgress = (now) => {
    progress = now;
    line.show(now);
  };
  for await (const row of smsc.tasks.rows({ id: task.id }, { onProgress })) {
    first ??= row;
    rows += 1;
  }
  line.end({ ...progress, rows });
  if (first) lines([`  ${cut(`columns: ${Object.keys(first).join(", ")}`, lineWidth - 2)}`]);
}

async function report() {
  const options = account(process.env);
  const smsc = await createClient(options);
  console.log(`${paint("bold", "SMSC account")}  ${options.baseUrl ?? `region ${options.region}`}`);

  const messages = [];
  for await (const message of smsc.history.iterate({ limit: MESSAGES })) messages.push(message);
  showMessages(messages);
  showStatuses(messages);

  showSenders(await smsc.senders.list({ all: true, operators: true }));

  const tasks = await smsc.tasks.list();
  showTasks(tasks);
  const done = tasks.filter(({ status }) => status === 2).sort((one, other) => other.id - one.id)[0];
  if (done) await showFile(smsc, done);
}

try {
  await report();
} catch (error) {
  console.error(isSmscError(error) ? `\n${error.code}: ${error.message}` : `\n${error.message}`);
  process.exitCode = 1;
}
