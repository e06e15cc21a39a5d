/** Text layout for a terminal: columns, bars and colours. */

const { stdout, env } = process;
/** Width of the terminal in columns; a usual window width if the output is a file or a pipe. */
export const lineWidth = Math.max(60, stdout.columns ?? 110);
const hasColours = Boolean(stdout.isTTY) && !env.NO_COLOR;
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

export const paint = (colour, text) => (hasColours && colour ? `\x1b[${CODES[colour]}m${text}\x1b[0m` : text);

const segmenter = new Intl.Segmenter();
// Emoji and East Asian characters take two columns. All other characters, including Cyrillic, take one.
const WIDE =
  /\p{Emoji_Presentation}|\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u;
const segmentWidth = (segment) => (WIDE.test(segment) ? 2 : 1);

/** The width of a text in terminal columns. */
export function width(text) {
  let columns = 0;
  for (const { segment } of segmenter.segment(text)) columns += segmentWidth(segment);
  return columns;
}

/**
 * Returns one line of at most `columns` columns. Replaces control characters with spaces, because untrusted text must not control
 * the terminal.
 */
export function truncate(text, columns) {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();
  if (width(line) <= columns) return line;
  let result = "";
  let used = 0;
  for (const { segment } of segmenter.segment(line)) {
    used += segmentWidth(segment);
    if (used > columns - 1) break;
    result += segment;
  }
  return `${result.trimEnd()}…`;
}

const pad = (text, columns, right) => {
  const spaces = " ".repeat(Math.max(0, columns - width(text)));
  return right ? spaces + text : text + spaces;
};

/**
 * Returns the lines of a table. A column is `{ title, right?, maxWidth? }`; a cell is a text, or `[text, colour]`. The last column
 * gets the rest of the line. A text that does not fit is truncated.
 */
export function table(columns, rows) {
  const cells = rows.map((row) => row.map((cell) => (Array.isArray(cell) ? cell : [cell ?? ""])));
  const widths = columns.map(({ title, maxWidth = lineWidth }, index) =>
    Math.min(maxWidth, Math.max(width(title), ...cells.map((row) => width(truncate(row[index][0], maxWidth))))),
  );
  const last = columns.length - 1;
  const before = widths.slice(0, last).reduce((total, columns) => total + columns + 2, 2);
  widths[last] = Math.min(widths[last], Math.max(12, lineWidth - before));
  const line = (row) =>
    `  ${row.map(([text, colour], index) => paint(colour, pad(truncate(text, widths[index]), widths[index], columns[index].right))).join("  ")}`.trimEnd();
  return [line(columns.map(({ title }) => [title, "dim"])), ...cells.map(line)];
}

/** A bar of at most `columns` columns for a share between 0 and 1. A share above 0 has at least one column. */
export const bar = (share, columns) => "█".repeat(share > 0 ? Math.max(1, Math.round(share * columns)) : 0);

export const formatCount = (number, one, many = `${one}s`) =>
  `${number.toLocaleString("en")} ${number === 1 ? one : many}`;

export function formatBytes(number) {
  const [size, unit] = number < 1e3 ? [number, "B"] : number < 1e6 ? [number / 1e3, "kB"] : [number / 1e6, "MB"];
  return `${unit === "B" ? size : size.toFixed(1)} ${unit}`;
}
