import { nearestName } from "./nearest-name.js";

/** The message for an option that does not exist, in the words of the core's src/api/unknown_name.rs. */
export function unknownOption(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  const hint =
    nearest === undefined ? `The options here are \`${known.join("`, `")}\`.` : `Did you mean \`${nearest}\`?`;
  return `Unknown option \`${name}\`. ${hint}`;
}
