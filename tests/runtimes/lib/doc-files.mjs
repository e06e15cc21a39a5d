/** The files in a document: each block of JavaScript whose first line is a comment with a file name. */

/**
 * @param {string} markdown
 * @returns {Map<string, string>} The text of each file.
 */
export function filesOf(markdown) {
  const files = new Map();
  for (const [, name, text] of markdown.matchAll(/^```js\n\/\/ (\S+\.mjs)\n(.*?)^```$/gms)) files.set(name, text);
  return files;
}
