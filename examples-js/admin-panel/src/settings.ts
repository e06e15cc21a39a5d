/** Settings of the visitor, which the browser keeps. */

type Setting = "language" | "theme";

/** A private window may forbid the storage. */
export function readSetting(name: Setting): string | undefined {
  try {
    return localStorage.getItem(`panel.${name}`) ?? undefined;
  } catch {
    return undefined;
  }
}

export function writeSetting(name: Setting, value: string): void {
  try {
    localStorage.setItem(`panel.${name}`, value);
  } catch {
    // The setting then lasts until the page is closed.
  }
}
