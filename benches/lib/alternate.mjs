/** Runs the contenders alternately, so that a slow phase of the machine affects all. Returns the milliseconds of each round. */
export async function runAlternately(contenders, rounds) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(contenders)) {
      const began = performance.now();
      await work();
      times[name].push(performance.now() - began);
    }
  }
  return times;
}
