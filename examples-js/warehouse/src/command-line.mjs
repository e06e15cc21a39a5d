/** The options of the command line and of the environment. */
import { Command, InvalidArgumentError, Option } from "commander";
import { EXIT_CODES, EXIT_CODES_HELP, UsageError } from "./outcome.mjs";

export const FORMATS = ["parquet", "duckdb", "arrow"];

const ENVIRONMENT_HELP = `
Environment:
  SMSC_API_KEY                the API key
  SMSC_LOGIN, SMSC_PASSWORD   instead of the key
  SMSC_REGION                 ru (default), ua, kz, tj or com
  SMSC_BASE_URL               instead of the region`;

const QUERY_HELP = `
Groups:
  day, month   of the sending, in the service's time (UTC+3)
  sender       the sender name
  any column   such as operator, country, status, or a title of the task's file`;

function parseDay(text) {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  // The 30th of February is parsed as a day of March.
  const isDay = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  if (!isDay) throw new InvalidArgumentError("A day is written as 2026-11-01.");
  return text;
}

function parseTask(text) {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("A task's id is a number such as 12.");
  return text;
}

function parseList(text) {
  const names = text.split(",").map((name) => name.trim());
  if (names.includes("")) throw new InvalidArgumentError("Names are separated by commas: operator,day.");
  return [...new Set(names)];
}

function parseFormats(text) {
  const formats = parseList(text);
  const unknown = formats.find((format) => !FORMATS.includes(format));
  if (unknown) throw new InvalidArgumentError(`"${unknown}" is not a format. Allowed are ${FORMATS.join(", ")}.`);
  return formats;
}

/** A command whose errors in options end the process with code 2. */
const createCommand = (name) =>
  new Command(name).exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT_CODES.usage));

/** An option that takes a list. */
const listOption = (flags, description, parse, defaults) =>
  new Option(flags, description).argParser(parse).default(defaults, defaults.join(","));

const exportCommand = () =>
  createCommand("export")
    .description("Exports a period of the history, the file of a task, or both. Replaces files of an earlier export.")
    .option("--from <day>", "first day of the history, YYYY-MM-DD (default with --to: the account's first)", parseDay)
    .option("--to <day>", "last day, YYYY-MM-DD (default with --from: today)", parseDay)
    .addOption(new Option("--channel <channel>", "messages to export").choices(["all", "sms", "email"]).default("all"))
    .option("--task <id>", "export the file of this task, and wait until it is ready", parseTask)
    .option("--cost <title>", "the file's column of costs (default: by its title)")
    .option("--no-cost", "store the file's costs as texts")
    .addOption(listOption("--format <formats>", "formats, separated by commas", parseFormats, FORMATS))
    .option("--out <folder>", "folder of the files", "data")
    .option("--json", "print the result as one line of JSON", false)
    .addHelpText("after", `${ENVIRONMENT_HELP}\n${EXIT_CODES_HELP}`);

const queryCommand = () =>
  createCommand("query")
    .description("Sums the costs of an export. Needs no account.")
    .addOption(listOption("--by <groups>", "groups, separated by commas", parseList, ["operator", "day"]))
    .option("--task <id>", "sum the file of this task instead of the history", parseTask)
    .option("--date <title>", "the file's column of the sending (default: by its title)")
    .option("--in <folder>", "folder of the files", "data")
    .option("--json", "print the result as one line of JSON", false)
    .addHelpText("after", QUERY_HELP);

/**
 * Parses the arguments. Ends the process after `--help`, and with code 2 after wrong options.
 *
 * @returns {{ command: "export" | "query", options: Record<string, unknown> }}
 */
export function readCommandLine(args) {
  let result;
  const program = createCommand("smsc-warehouse").description(
    "Exports the history and task files into Parquet, DuckDB and Arrow, and sums the costs.",
  );
  for (const command of [exportCommand(), queryCommand()]) {
    program.addCommand(command.action((options) => (result = { command: command.name(), options })));
  }
  program.parse(args);
  return result;
}

/** The history's query of the options of `export`; `undefined` if they name no period. */
export function readHistoryQuery({ from, to, channel }) {
  if (from === undefined && to === undefined) return undefined;
  if (from > to) throw new UsageError(`--from ${from} is after --to ${to}.`);
  return { start: from, end: to, channel };
}

/** Reads the client options from the environment variables. */
export function readClientOptions({ SMSC_API_KEY, SMSC_LOGIN, SMSC_PASSWORD, SMSC_REGION, SMSC_BASE_URL }) {
  if (!SMSC_API_KEY && !(SMSC_LOGIN && SMSC_PASSWORD)) {
    throw new UsageError("Missing credentials. Set SMSC_API_KEY, or SMSC_LOGIN and SMSC_PASSWORD.");
  }
  return {
    ...(SMSC_API_KEY ? { apiKey: SMSC_API_KEY } : { login: SMSC_LOGIN, password: SMSC_PASSWORD }),
    ...(SMSC_BASE_URL ? { baseUrl: SMSC_BASE_URL } : { region: SMSC_REGION || "ru" }),
  };
}
