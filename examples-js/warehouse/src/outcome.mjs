/** The exit codes, and how a stopped or failed command is reported. */
import { isSmscError } from "smsc-wasm";

/** A signal has the number that shells give it. */
export const EXIT_CODES = { failed: 1, usage: 2, refused: 3, unavailable: 4, SIGINT: 130, SIGTERM: 143 };

export const EXIT_CODES_HELP = `
Exit codes:
  0    complete
  1    failed for another reason, such as an unknown task or a full disk
  2    wrong options, no credentials in the environment, or no folder to write to
  3    the service refused the credentials or this address
  4    the service was not reachable or too busy
  130  stopped by Ctrl-C (143: by SIGTERM)
After an exit code above 0, no file of this export has its final name.`;

/** The command line or the environment is wrong. */
export class UsageError extends Error {}

const EXIT_CODE_OF_ERROR = {
  invalid_option: EXIT_CODES.usage,
  invalid_parameter: EXIT_CODES.usage,
  unauthorized: EXIT_CODES.refused,
  ip_blocked: EXIT_CODES.refused,
};

function exitCodeOf(error) {
  if (error instanceof UsageError) return EXIT_CODES.usage;
  if (!isSmscError(error)) return EXIT_CODES.failed;
  return EXIT_CODE_OF_ERROR[error.code] ?? (error.retryable ? EXIT_CODES.unavailable : EXIT_CODES.failed);
}

/** The exit code and the text for people. */
export function describeFailure(error, signal) {
  if (signal.aborted) return { exitCode: EXIT_CODES[signal.reason], text: "Stopped. Nothing was changed." };
  const code = isSmscError(error) ? `${error.code}: ` : "";
  return { exitCode: exitCodeOf(error), text: `${code}${error.message}` };
}
