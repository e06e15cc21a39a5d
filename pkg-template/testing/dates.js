/**
 * The service's date formats: `DD.MM.YYYY` and `DD.MM.YYYY hh:mm:ss`, in the account's local time, which is UTC+3 in every
 * recorded pair of a date and a timestamp.
 */

const OFFSET_MS = 3 * 3_600_000;

/**
 * Formats a time as `DD.MM.YYYY hh:mm:ss`.
 *
 * @param {number} ms Unix milliseconds.
 * @returns {string}
 */
export function formatDate(ms) {
  const iso = new Date(ms + OFFSET_MS).toISOString();
  return `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)} ${iso.slice(11, 19)}`;
}

/**
 * Parses a `DD.MM.YYYY` date.
 *
 * @param {string} text
 * @returns {number | undefined} Start of the day, in Unix milliseconds; `undefined` if the text is not a calendar day.
 */
export function parseDay(text) {
  const match = /^(\d\d)\.(\d\d)\.(\d{4})$/.exec(text);
  if (!match) return undefined;
  const [day, month, year] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCDate() !== day || date.getUTCMonth() !== month - 1 || date.getUTCFullYear() !== year) return undefined;
  return date.getTime() - OFFSET_MS;
}

/**
 * The start of the day six calendar months after the given day: "Максимальный период … составляет полгода". Six months are 181
 * to 184 days, so a period of 180 days is always accepted.
 *
 * @param {number} dayMs Start of a day, in Unix milliseconds.
 * @returns {number}
 */
export function halfYearAfter(dayMs) {
  const date = new Date(dayMs + OFFSET_MS);
  date.setUTCMonth(date.getUTCMonth() + 6);
  return date.getTime() - OFFSET_MS;
}
