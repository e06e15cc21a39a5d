/** Runs the contenders alternately, so that a slow phase of the machine affects all. Returns the milliseconds of each round. */
export async function runAlternately(contenders, rounds) {
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(contenders)) times[name].push(...(await timesOf(1, work)));
  }
  return times;
}

/** Runs some work several times. Returns the milliseconds of each round. */
export async function timesOf(rounds, work) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return times;
}
