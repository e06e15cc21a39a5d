/** The pending faults: an array that validates each fault which is added, and selects the fault for a request. */

import { isRequestTo } from "./request-names.js";
import { checkFault } from "./schema.js";

/** @import { EmulatorRequest, Fault } from "./types.js" */

/**
 * @typedef {object} FaultList
 * @property {Fault[]} faults The array that a test sees.
 * @property {(request: EmulatorRequest) => Fault | undefined} select Selects the fault for a request, and removes the fault after its
 *   last use.
 * @property {() => void} clear
 */

/** @returns {FaultList} */
export function createFaultList() {
  /** @type {Fault[]} */
  const faults = [];
  /** @type {WeakMap<Fault, number>} */
  let uses = new WeakMap();

  /**
   * @param {Fault[]} added
   * @returns {Fault[]}
   */
  function checked(added) {
    for (const fault of added) {
      checkFault(fault);
      // A fault that is added again starts anew.
      uses.delete(fault);
    }
    return added;
  }
  // Not enumerable, so that the list equals a plain array in assertions.
  Object.defineProperties(faults, {
    push: { value: (/** @type {Fault[]} */ ...added) => Array.prototype.push.apply(faults, checked(added)) },
    unshift: { value: (/** @type {Fault[]} */ ...added) => Array.prototype.unshift.apply(faults, checked(added)) },
    splice: {
      value: (/** @type {[number, number, ...Fault[]]} */ ...args) => {
        checked(/** @type {Fault[]} */ (args.slice(2)));
        return Array.prototype.splice.apply(faults, args);
      },
    },
  });

  return {
    faults,
    select(request) {
      const fault = faults.find(({ to, when }) => (!to || isRequestTo(request, to)) && (!when || when(request)));
      if (!fault) return undefined;
      const used = (uses.get(fault) ?? 0) + 1;
      uses.set(fault, used);
      if (used >= (fault.times ?? 1)) {
        faults.splice(faults.indexOf(fault), 1);
        uses.delete(fault);
      }
      return fault;
    },
    clear() {
      faults.length = 0;
      uses = new WeakMap();
    },
  };
}
