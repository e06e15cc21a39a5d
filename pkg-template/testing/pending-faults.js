/** The pending faults: an array that validates each fault which is added, and selects the fault for a request. */

import { checkAdded } from "./checked-array.js";
import { isRequestTo } from "./request-names.js";
import { checkFault } from "./seed-schema.js";
import { list } from "./validate.js";

/** @import { EmulatorRequest, Fault } from "./types.js" */
/** @import { Check } from "./validate.js" */

/**
 * @typedef {object} FaultList
 * @property {Fault[]} faults The array that a test sees.
 * @property {(request: EmulatorRequest) => Fault | undefined} select Selects the fault for a request, and removes the fault after its
 *   last use.
 * @property {(given: readonly Fault[]) => void} replace Replaces the content of the array.
 * @property {() => void} clear
 */

/** @returns {FaultList} */
export function createFaultList() {
  /** @type {WeakMap<Fault, number>} */
  let uses = new WeakMap();
  /** @type {Fault[]} */
  const faults = checkAdded([], (fault) => {
    checkFault(fault);
    // A fault that is added again starts anew.
    uses.delete(fault);
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
    replace(given) {
      list(/** @type {Check} */ (checkFault))(given, "faults");
      // A copy, since the array itself may be given.
      faults.splice(0, faults.length, ...given);
    },
    clear() {
      faults.length = 0;
      uses = new WeakMap();
    },
  };
}
