/** Laying out text in a terminal: columns, bars and colours. */

const { stdout, env } = process;
/** Columns of the terminal; of a file or a pipe, what most windows show. */
export const lineWidth = Math.max(60, stdout.columns ?? 110);
const coloured = Boolean(stdout.isTTY) && !env.NO_COLOR;
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

export const paint = (colour, text) => (coloured && colour ? `\x1b[${CODES[colour]}m${text}\x1b[0m` : text);

const letters = new Intl.Segmenter();
// Emoji and East Asian letters take two columns; every other letter, Cyrillic ones too, takes one.
const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u;
const columnsOf = (letter) => (WIDE.test(letter) ? 2 : 1);

export function width(text) {
  let columns = 0;
  for (const { segment } of letters.segment(text)) columns += columnsOf(segment);
  return columns;
}

/** One line of at most so many columns. Control characters become spaces: what a stranger wrote must not steer the terminal. */
export function cut(text, columns) {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();
  if (width(line) <= columns) return line;
  let kept = "";
  let used = 0;
  for (const { segment } of letters.segment(line)) {
    used += columnsOf(segment);
    if (used > columns - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

const pad = (text, columns, right) => {
  const spaces = " ".repeat(Math.max(0, columns - width(text)));
  return right ? spaces + text : text + spaces;
};

/**
 * Lines of a table. A column is `{ title, right?, most? }`; a cell is a text, or `[text, colour]`. The last column gets what is
 * left of the line, and what does not fit is cut.
 */
export function table(columns, rows) {
  const cells = rows.map((row) => row.map((cell) => (Array.isArray(cell) ? cell : [cell ?? ""])));
  const widths = columns.map(({ title, most = lineWidth }, index) =>
    Math.min(most, Math.max(width(title), ...cells.map((row) => width(cut(row[index][0], most))))),
  );
  const last = columns.length - 1;
  const before = widths.slice(0, last).reduce((total, columns) => total + columns + 2, 2);
  widths[last] = Math.min(widths[last], Math.max(12, lineWidth - before));
  const line = (row) =>
    `  ${row.map(([text, colour], index) => paint(colour, pad(cut(text, widths[index]), widths[index], columns[index].right))).join("  ")}`.trimEnd();
  return [line(columns.map(({ title }) => [title, "dim"])), ...cells.map(line)];
}

/** A bar of at most so many columns for a share between 0 and 1; what is there at all shows. */
export const bar = (share, columns) => "█".repeat(share > 0 ? Math.max(1, Math.round(share * columns)) : 0);

export const count = (number, one, many = `${one}s`) => `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

export function bytes(number) {
  const [size, unit] = number < 1e3 ? [number, "B"] : number < 1e6 ? [number / 1e3, "kB"] : [number / 1e6, "MB"];
  return `${unit === "B" ? size : size.toFixed(1)} ${unit}`;
}
