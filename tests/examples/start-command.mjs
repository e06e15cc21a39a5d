import { spawn } from "node:child_process";
import { once } from "node:events";

/** Starts a program with its arguments. `result` is its exit code and output. */
export function startProgram([program, ...args], options) {
  const child = spawn(program, args, options);
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  const result = once(child, "close").then(([code, signal]) => ({ code, signal, output, errors }));
  return { child, result };
}

/**
 * Starts a command of an example in `folder`, against the emulator at `url`.
 *
 * @param {string[]} command The program and its arguments.
 * @param {{ url: string, folder: string, key?: string }} context Without `key`, the command gets the key of the emulator's account; an
 *   empty one is left out.
 */
export function startCommand(command, { url, folder, key = "demo-key" }) {
  const { SMSC_API_KEY, SMSC_LOGIN, SMSC_PASSWORD, SMSC_REGION, ...env } = process.env;
  const account = { SMSC_BASE_URL: url, ...(key && { SMSC_API_KEY: key }) };
  return startProgram(command, { cwd: folder, env: { ...env, ...account } });
}
