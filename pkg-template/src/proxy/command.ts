// From the fields of a request to the command that is sent for it.
import type { Command, FileStream } from "../client/forwarding.js";
import { invalid } from "./refusal.js";
import { COMMANDS, type CommandName, commandsOf, type ServiceCommand } from "./service-commands.js";

/** A field of a form, as it came. */
export type Field = readonly [name: string, value: string];

/** The credentials of the page are removed; the proxy adds its own. */
const CREDENTIALS: readonly string[] = ["login", "psw", "apikey"];

/** A command, and the method of the client that sends it, if there is one. */
export interface CheckedCommand {
  command: Omit<Command, "mustRead">;
  name: CommandName | undefined;
  fmt: number;
}

/** Checks every field: only names and values of the service's pages, each once. */
export function readCommand(script: string, fields: readonly Field[], file: FileStream | undefined): CheckedCommand {
  const parameters = new Map<string, string>();
  for (const [name, value] of fields) {
    if (CREDENTIALS.includes(name)) continue;
    // PHP takes other names for these too: it replaces dots and spaces, and reads brackets.
    if (!/^[a-z][a-z0-9_]*$/.test(name))
      throw invalid(`the name of a parameter is not one of the service: ${quoted(name)}`);
    if (parameters.has(name)) throw invalid(`the parameter \`${name}\` is repeated`);
    parameters.set(name, value);
  }
  const fmt = parameters.get("fmt") ?? "3";
  if (!/^[0-3]$/.test(fmt)) throw invalid("`fmt` takes a number from 0 to 3");
  const charset = parameters.get("charset") ?? "utf-8";
  if (charset.toLowerCase() !== "utf-8") throw invalid("`charset` takes utf-8");
  parameters.delete("fmt");
  parameters.delete("charset");
  const names = commandsOf(script, parameters);
  const [name] = names;
  if (names.length > 1) throw invalid(`the request names several commands: ${names.join(", ")}`);
  if (name) checkParameters(COMMANDS[name], name, parameters, file);
  return {
    name,
    fmt: Number(fmt),
    command: { script, parameters: { ...Object.fromEntries(parameters), fmt: Number(fmt) }, file },
  };
}

function checkParameters(
  { flag, parameters: known, takesFile }: ServiceCommand,
  name: CommandName,
  parameters: ReadonlyMap<string, string>,
  file: FileStream | undefined,
): void {
  if (flag !== undefined && parameters.get(flag) !== "1") throw invalid(`\`${flag}\` takes 1`);
  if (file && !takesFile) throw invalid(`\`${name}\` takes no file`);
  for (const parameter of parameters.keys()) {
    if (parameter !== flag && !known.includes(parameter)) {
      throw invalid(`\`${name}\` has no parameter \`${parameter}\``);
    }
  }
}

/** A name for an error, shortened. */
const quoted = (name: string) => JSON.stringify(name.slice(0, 40));
