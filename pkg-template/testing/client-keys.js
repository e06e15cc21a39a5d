/** API keys that belong to one emulator alone: the client shares rate limits between all clients with the same key. */

let created = 0;

/**
 * Creates a key that no other emulator has, in this copy of the module or in another.
 *
 * @returns {string}
 */
export function createClientKey() {
  created += 1;
  const digits = () => Math.random().toString(36).slice(2);
  return `emulator-${created}-${digits()}${digits()}`;
}
