/**
 * Runs workers alternately, each in a separate process: in one process, one would slow down the next, since it leaves a larger heap and
 * polymorphic call sites. Returns the times of all rounds, the last counts and the peaks of memory, by the workers' names, and stops
 * the workers.
 */
export async function measureAlternately(workers, rounds) {
  const [times, counts, peaks] = [{}, {}, {}];
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [name, { measure }] of workers) {
        const result = await measure();
        times[name] ??= [];
        times[name].push(result.time);
        [counts[name], peaks[name]] = [result.count, result.peak];
      }
    }
  } finally {
    for (const [, { stop }] of workers) stop();
  }
  return { times, counts, peaks };
}
