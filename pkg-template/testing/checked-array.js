/** Arrays that a test can change: their methods validate the items that they add. */

/**
 * @template T
 * @param {T[]} items
 * @param {(added: T) => void} check Throws a TypeError if an item is invalid.
 * @returns {T[]} The same array.
 */
export function checkAdded(items, check) {
  /** @param {T[]} added */
  const checked = (added) => {
    for (const item of added) check(item);
    return added;
  };
  // Not enumerable, so that the array equals a plain one in assertions.
  return Object.defineProperties(items, {
    push: { value: (/** @type {T[]} */ ...added) => Array.prototype.push.apply(items, checked(added)) },
    unshift: { value: (/** @type {T[]} */ ...added) => Array.prototype.unshift.apply(items, checked(added)) },
    splice: {
      value: (/** @type {[number, number, ...T[]]} */ ...args) => {
        checked(/** @type {T[]} */ (args.slice(2)));
        return Array.prototype.splice.apply(items, args);
      },
    },
  });
}
