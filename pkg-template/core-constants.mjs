// Makes core-constants.ts: the constants that TypeScript shares with the core, from the Rust sources.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const CONSTANTS = {
  "src/api/options.rs": ["MAX_TIMER_MS"],
  "src/csv/dialect.rs": ["CHARSET_BYTES", "MAGIC_BYTES"],
  "src/web/column_table.rs": ["COLUMN_NUMBERS"],
  "src/web/csv.rs": ["MAX_PIECE_BYTES", "RESULT_COUNT"],
  "scan/src/page.rs": ["HEADER_SLOTS"],
};

/**
 * @param {string} root The folder of the repository.
 * @returns {string} The source of core-constants.ts: each constant with its documentation.
 */
export function coreConstants(root) {
  const constants = Object.entries(CONSTANTS).flatMap(([path, names]) => {
    const source = readFileSync(join(root, path), "utf8");
    return names.map((name) => constantOf(source, name, path));
  });
  return constants.join("\n");
}

function constantOf(source, name, path) {
  const declaration = new RegExp(`((?:^/// .*\\n)+)(?:pub )?const ${name}: \\w+ = ([\\d_]+);$`, "m").exec(source);
  if (!declaration) throw new Error(`${path} has no documented constant ${name} with a number as its value`);
  const [, comment, value] = declaration;
  const meaning = comment.replaceAll(/^\/\/\/ /gm, "").trim();
  return `/** ${meaning.replaceAll("\n", " ")} */\nexport const ${name} = ${value};\n`;
}
