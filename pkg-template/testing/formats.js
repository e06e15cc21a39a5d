/**
 * The four response formats: 0 lines of text, 1 comma-separated values, 2 XML, 3 JSON. As on the service's pages, 0 and 1 do not
 * quote values, so a comma inside a value is ambiguous.
 */

/** @typedef {string | number | Row[]} Value */
/** @typedef {{ [key: string]: Value }} Row */

/**
 * JSON in the service's layout: a line break after the opening brace, after each comma and before the closing brace. Recorded:
 * `{\n"error": "authorise error",\n"error_code": 2\n}`.
 *
 * @param {Row} row
 * @returns {string}
 */
export function jsonObject(row) {
  const pairs = Object.entries(row).map(([key, value]) => `${JSON.stringify(key)}: ${jsonValue(value)}`);
  return `{\n${pairs.join(",\n")}\n}`;
}

/**
 * @param {Row[]} rows
 * @returns {string}
 */
export const jsonArray = (rows) => `[${rows.map(jsonObject).join(",\n")}]`;

/**
 * @param {Value} value
 * @returns {string}
 */
const jsonValue = (value) => (Array.isArray(value) ? jsonArray(value) : JSON.stringify(value));

/**
 * @param {unknown} value
 * @returns {string}
 */
export const escapeXml = (value) =>
  String(value).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/**
 * One element per line; children are between the start and end lines of their parent.
 *
 * @param {string} tag
 * @param {Row} row
 * @returns {string}
 */
export function xmlElement(tag, row) {
  const children = Object.entries(row).map(([key, value]) =>
    Array.isArray(value)
      ? value.map((item) => xmlElement(key, item)).join("\n")
      : `<${key}>${escapeXml(value)}</${key}>`,
  );
  return `<${tag}>\n${children.join("\n")}\n</${tag}>`;
}

/**
 * @param {string[]} elements
 * @returns {string}
 */
export const xmlList = (elements) => `<list>\n${elements.join("\n")}\n</list>`;

/**
 * A line of fmt=0: `key = value, key = value`.
 *
 * @param {Row} row
 * @returns {string}
 */
export const textLine = (row) =>
  Object.entries(row)
    .map(([key, value]) => `${key} = ${value}`)
    .join(", ");

/**
 * The success response of `chg`, `del`, `send_code` and `check_code`.
 *
 * @param {number} fmt
 * @returns {string}
 */
export function okResponse(fmt) {
  if (fmt === 2) return "<result>OK</result>";
  return fmt === 3 ? jsonObject({ result: "OK" }) : "OK";
}

/**
 * @param {number} fmt
 * @param {number} code
 * @param {string} text
 * @param {boolean} quotedCode
 * @returns {string}
 */
export function errorResponse(fmt, code, text, quotedCode = false) {
  if (fmt === 1) return `0,-${code}`;
  if (fmt === 2) return xmlElement("result", { error: text, error_code: code });
  if (fmt === 3) return jsonObject({ error: text, error_code: quotedCode ? String(code) : code });
  return `ERROR = ${code} (${text})`;
}

/**
 * The Content-Type of a response.
 *
 * @param {number} fmt
 * @param {string} charset
 * @returns {string}
 */
export const contentType = (fmt, charset) =>
  `${{ 2: "text/xml", 3: "application/json" }[fmt] ?? "text/plain"}; charset=${charset}`;

/**
 * Quotes the numbers of every other row, and of the arrays inside it, as types drift between the service's responses.
 *
 * @param {Row} row
 * @param {number} index
 * @returns {Row}
 */
export function driftTypes(row, index) {
  if (index % 2 === 1) return row;
  const quoted = Object.entries(row).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.map((item) => driftTypes(item, 0)) : String(value),
  ]);
  return Object.fromEntries(quoted);
}
