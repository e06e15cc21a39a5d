// Whether the vector code of WebAssembly is fast here. Firefox mixes two kinds of it, which some processors punish: each instruction
// takes as long as a hundred there, in the core as well as in the platform's decoders.

/** They were fast once. */
export let fast = false;
/** They never were, several times in turn: a machine with other work to do is slow too, but not each time. */
export let slow = false;

let times = 0;
let scanned = 0;
let spent = 0;

/** So many bytes were scanned by vectors in so many milliseconds. */
export function watch(bytes: number, ms: number): void {
  if (fast || slow || bytes < 8192) return;
  scanned += bytes;
  spent += ms;
  if (scanned < 500_000) return;
  // They take half a millisecond.
  if (spent < 4) fast = true;
  else slow = ++times === 4;
  scanned = spent = 0;
}
