// The name that a misspelt one most likely stands for, where the core is not loaded: in the proxy, the limiters and the emulator.

/**
 * Ignores case, hyphens and underscores, so that `send_timestamp` is near `sendTimestamp`. Returns `undefined` if no known name is
 * near.
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const given = normalize(name);
  let nearest: string | undefined;
  let least = Math.max(2, Math.floor(given.length / 4)) + 1;
  for (const candidate of known) {
    const distance = editDistance(given, normalize(candidate));
    // A name that shares no letter in its place is no typo.
    if (distance < least && distance < candidate.length) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

const normalize = (name: string) => name.toLowerCase().replace(/[-_]/g, "");

/** The number of characters to insert, delete, replace or swap with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => Number(rows[row]?.[column]);
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
