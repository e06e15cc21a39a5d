// Whether SIMD instructions are fast on this machine. Firefox mixes two kinds of them, and on some processors each instruction
// then takes as long as a hundred others, in the scanner and in the platform's decoders.

/** Whether a scan with SIMD was fast once. */
export let isFast = false;
/** Whether scans with SIMD were slow several times in a row. A busy machine is slow too, but not each time. */
export let isSlow = false;

const MIN_PIECE_BYTES = 8192;
const SAMPLE_BYTES = 500_000;
/** A fast scan of the sample takes half a millisecond. */
const MAX_FAST_MS = 4;
const MAX_SLOW_SAMPLES = 4;

let [slowSamples, scannedBytes, elapsedMs] = [0, 0, 0];

/** Records the duration of a scan. */
export function recordScan(bytes: number, ms: number): void {
  if (isFast || isSlow || bytes < MIN_PIECE_BYTES) return;
  scannedBytes += bytes;
  elapsedMs += ms;
  if (scannedBytes < SAMPLE_BYTES) return;
  if (elapsedMs < MAX_FAST_MS) isFast = true;
  else isSlow = ++slowSamples === MAX_SLOW_SAMPLES;
  scannedBytes = elapsedMs = 0;
}
