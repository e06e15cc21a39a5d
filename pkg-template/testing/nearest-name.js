/** Finds the name that a misspelt one most likely stands for. */

/**
 * Ignores case, hyphens and underscores, so that `send_timestamp` is near `sendTimestamp`.
 *
 * @param {string} name
 * @param {readonly string[]} known
 * @returns {string | undefined} `undefined` if no known name is near.
 */
export function nearestName(name, known) {
  const given = normalize(name);
  let nearest;
  let least = Math.max(2, Math.floor(given.length / 4)) + 1;
  for (const candidate of known) {
    const distance = editDistance(given, normalize(candidate));
    // A name that shares no letter in its place is no typo.
    if (distance < least && distance < candidate.length) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/**
 * @param {string} name
 * @returns {string}
 */
const normalize = (name) => name.toLowerCase().replace(/[-_]/g, "");

/**
 * The number of characters to insert, delete, replace or swap with their neighbour (optimal string alignment).
 *
 * @param {string} a
 * @param {string} b
 * @returns {number}
 */
function editDistance(a, b) {
  /** @type {number[][]} */
  const rows = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (/** @type {number} */ row, /** @type {number} */ column) => Number(rows[row]?.[column]);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    rows.push(current);
    for (let column = 1; column <= b.length; column++) {
      const isEqual = a[row - 1] === b[column - 1];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (isEqual ? 0 : 1),
        isSwap ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return at(a.length, b.length);
}
