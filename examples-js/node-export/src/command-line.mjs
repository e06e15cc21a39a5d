/** The options of the command line and of the environment. */
import { Command, InvalidArgumentError, Option } from "commander";
import { EXIT_CODES, EXIT_CODES_HELP, UsageError } from "./outcome.mjs";

const ENVIRONMENT_HELP = `
Environment:
  SMSC_API_KEY                the API key
  SMSC_LOGIN, SMSC_PASSWORD   instead of the key
  SMSC_REGION                 ru (default), ua, kz, tj or com
  SMSC_BASE_URL               instead of the region`;

function parseDay(text) {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
  if (!isDay) throw new InvalidArgumentError("A day is written as 2026-11-01.");
  return text;
}

/** Parses the arguments. Ends the process after `--help`, and with code 2 after wrong options. */
export function readCommandLine(args) {
  const command = new Command("smsc-export")
    .description("Exports an account's history into SQLite and CSV. Continues an export that was interrupted.")
    .option("--from <day>", "first day, YYYY-MM-DD (default: that of the account's first message)", parseDay)
    .option("--to <day>", "last day, YYYY-MM-DD (default: today)", parseDay)
    .addOption(new Option("--channel <channel>", "messages to export").choices(["all", "sms", "email"]).default("all"))
    .option("--database <file>", "SQLite database, one for each account", "history.db")
    .option("--csv <file>", "CSV file, replaced when the export is complete", "history.csv")
    .option("--no-csv", "write no CSV file")
    .option("--restart", "begin again instead of continuing an interrupted export", false)
    .option("--json", "print the result as one line of JSON", false)
    .addHelpText("after", `${ENVIRONMENT_HELP}\n${EXIT_CODES_HELP}`)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT_CODES.usage));
  const { from: start, to: end, channel, csv, ...options } = command.parse(args).opts();
  return { ...options, csv: csv || undefined, query: { start, end, channel } };
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
