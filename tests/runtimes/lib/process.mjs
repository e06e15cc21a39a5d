/** Runs other programs: to completion, or as servers in the background. */
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { createInterface } from "node:readline";

/** Disables update checks, telemetry, and access to user accounts in all tools. */
const QUIET = {
  CI: "1",
  NO_COLOR: "1",
  FORCE_COLOR: "0",
  DENO_NO_UPDATE_CHECK: "1",
  DENO_NO_PROMPT: "1",
  DO_NOT_TRACK: "1",
  NEXT_TELEMETRY_DISABLED: "1",
  NUXT_TELEMETRY_DISABLED: "1",
  ASTRO_TELEMETRY_DISABLED: "1",
  NG_CLI_ANALYTICS: "false",
  YARN_ENABLE_TELEMETRY: "0",
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_HIDE_BANNER: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  PARCEL_WORKERS: "1",
};
const OWN = /^(SMSC_|NODE_OPTIONS$|NODE_TEST_CONTEXT$)/;

function start(command, args, { cwd, env, timeoutMs = 240_000 }) {
  const inherited = Object.entries(process.env).filter(([name]) => !OWN.test(name));
  // On Windows npm is a script, which only a shell can run.
  const shell = process.platform === "win32" && !command.endsWith(".exe");
  const child = spawn(command, args, {
    cwd,
    env: { ...Object.fromEntries(inherited), ...QUIET, ...env },
    // A dev server exits when its stdin closes.
    stdio: ["pipe", "pipe", "pipe"],
    // A separate process group, so that the children of a dev server end with it.
    detached: process.platform !== "win32",
    shell,
  });
  const output = { out: "", all: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output.out += text;
    output.all += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    output.all += text;
  });
  const stop = () => {
    try {
      if (process.platform === "win32") child.kill("SIGKILL");
      else process.kill(-child.pid, "SIGKILL");
    } catch {
      // The process has already exited.
    }
  };
  const timer = setTimeout(() => {
    output.all += `\n(stopped after ${timeoutMs / 1000} s)`;
    stop();
  }, timeoutMs);
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => clearTimeout(timer));
  process.once("exit", stop);
  ended.catch(() => {}).finally(() => process.off("exit", stop));
  return { child, output, ended, stop };
}

/** The last lines of a program's output, which usually contain the error. */
const tail = (text) => text.trimEnd().split("\n").slice(-40).join("\n");

const failure = (command, args, { all }) =>
  new Error(`\`${[command.split(/[\\/]/).pop(), ...args].join(" ")}\` failed\n${tail(all)}`);

/** Runs a program to completion and returns its stdout. */
export async function run(command, args, options) {
  const { output, ended } = start(command, args, options);
  const code = await ended;
  if (code !== 0) throw failure(command, args, output);
  return output.out;
}

/** Starts a program that writes one line for each line that it reads. Returns a function to request a line, and one to stop it. */
export function answering(command, args, options) {
  const { child, output, stop } = start(command, args, options);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async () => {
    child.stdin.write("\n");
    const { value, done } = await lines.next();
    if (done) throw failure(command, args, output);
    return value;
  };
  return { ask, stop };
}

/** Runs a server for the duration of `use`. It is ready once `ready` responds with any status. */
export async function serving(command, args, { url, ready = url, ...options }, use) {
  const { output, ended, stop } = start(command, args, options);
  let exited = false;
  const end = ended.catch((error) => {
    output.all += error;
  });
  end.then(() => {
    exited = true;
  });
  try {
    for (const began = Date.now(); ; ) {
      if (exited || Date.now() - began > 90_000)
        throw new Error(`${args.join(" ")} did not start\n${tail(output.all)}`);
      const response = await fetch(ready, { signal: AbortSignal.timeout(60_000) }).catch(() => undefined);
      await response?.body?.cancel();
      if (response) break;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return await use(url);
  } catch (error) {
    throw new Error(`${error.message}\n${tail(output.all)}`, { cause: error });
  } finally {
    stop();
    await end;
  }
}

/** A currently free port. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}
