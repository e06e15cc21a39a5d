/**
 * The service's dates: `DD.MM.YYYY` and `DD.MM.YYYY hh:mm:ss`, in the account's local time, which is UTC+3 in every recorded
 * pair of a date and a timestamp.
 */

const OFFSET_MS = 3 * 3_600_000;

/**
 * `DD.MM.YYYY hh:mm:ss`.
 *
 * @param {number} ms Unix milliseconds.
 * @returns {string}
 */
export function formatDate(ms) {
  const iso = new Date(ms + OFFSET_MS).toISOString();
  return `${iso.slice(8, 10)}.${iso.slice(5, 7)}.${iso.slice(0, 4)} ${iso.slice(11, 19)}`;
}

/**
 * The first moment of a `DD.MM.YYYY` day, as Unix milliseconds; undefined for anything that is no day of the calendar.
 *
 * @param {string} text
 * @returns {number | undefined}
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
 * The first moment of the day half a year after the given day: "Максимальный период … составляет полгода". Six calendar months
 * are 181 to 184 days, so that a period of 180 always passes.
 *
 * @param {number} dayMs First moment of a day.
 * @returns {number}
 */
export function halfYearAfter(dayMs) {
  const date = new Date(dayMs + OFFSET_MS);
  date.setUTCMonth(date.getUTCMonth() + 6);
  return date.getTime() - OFFSET_MS;
}
