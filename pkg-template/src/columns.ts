/** Begins with a letter, or a sign that columns are named by, and is no e-mail address. */
const name = /^\s*[\p{L}№#%_][^@]*$/u;

/** Whether the first record of a file names its columns: each cell looks like a name, or is empty, and not all are empty. */
export function namesColumns(cells: readonly string[]): boolean {
  return cells.some((cell) => name.test(cell)) && cells.every((cell) => cell.trim() === "" || name.test(cell));
}

/** Makes every name different: the second `name` is `name_2`. */
export function distinct(names: readonly string[]): string[] {
  const taken = new Set<string>();
  const given = new Set(names);
  const numbers = new Map<string, number>();
  return names.map((name) => {
    let unique = name;
    let number = numbers.get(name) ?? 2;
    while (taken.has(unique) || (unique !== name && given.has(unique))) unique = `${name}_${number++}`;
    numbers.set(name, number);
    taken.add(unique);
    return unique;
  });
}
