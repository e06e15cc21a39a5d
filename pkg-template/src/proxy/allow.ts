// The commands that the proxy permits. Which of them only read, the core knows (`only_reads` of src/api/command.rs).
import { nearestName } from "../runtime/nearest-name.js";
import { invalidOption, mismatch } from "../runtime/option-errors.js";
import { COMMAND_OF_METHOD, COMMANDS, type CommandName, type MethodName } from "./service-commands.js";

/**
 * A permission of a proxy:
 *
 * * a method of the client: `"history.iterate"`, `"senders.add"`. Methods that send the same command are permitted together.
 * * `"read"`: every command that only reads.
 * * a script by its file name, with all its commands and parameters: `"status.php"`
 * * `"*"`: every script, also those that send messages at the account's cost.
 */
export type Permission = "*" | "read" | MethodName | `${string}.php`;

/** The permissions of a proxy. */
export interface Allowed {
  readonly everything: boolean;
  readonly reads: boolean;
  /** Names of commands and of scripts. */
  readonly names: ReadonlySet<string>;
}

const METHODS: readonly string[] = [...Object.keys(COMMANDS), ...Object.keys(COMMAND_OF_METHOD)];

/** Reads the option `allow`. */
export function readAllow(allow: unknown = "read"): Allowed {
  const given: unknown[] = Array.isArray(allow) ? allow : [allow];
  const names = new Set<string>();
  for (const name of given) {
    if (typeof name !== "string") throw mismatch("allow", 'names of methods, such as "senders.add"', name);
    if (name === "*" || name === "read" || /^[a-z0-9_]+\.php$/.test(name) || METHODS.includes(name)) {
      names.add(
        Object.hasOwn(COMMAND_OF_METHOD, name) ? COMMAND_OF_METHOD[name as keyof typeof COMMAND_OF_METHOD] : name,
      );
      continue;
    }
    const nearest = nearestName(name, [...METHODS, "read"]);
    // Another text may be a secret.
    const message =
      nearest === undefined
        ? 'Unknown method in `allow`. It takes "read", methods of the client, scripts, or "*"'
        : `Unknown method \`${name}\` in \`allow\`. Did you mean \`${nearest}\`?`;
    throw invalidOption("allow", message);
  }
  return { everything: names.has("*"), reads: names.has("read"), names };
}

/** Whether a command is permitted: by its name, or only if it reads, or not at all. */
export function permissionOf(
  allowed: Allowed,
  script: string,
  command: CommandName | undefined,
): "any" | "read" | "none" {
  if (allowed.everything || allowed.names.has(script) || (command && allowed.names.has(command))) return "any";
  return allowed.reads ? "read" : "none";
}
