/** Adds decimal texts exactly: a cost never becomes a float. A text that is no decimal number counts as nothing. */
export function sum(costs) {
  const parts = costs.map((cost) => /^(-?)(\d+)(?:\.(\d+))?$/.exec(cost)).filter((found) => found !== null);
  const decimals = Math.max(0, ...new Set(parts.map(([, , , fraction = ""]) => fraction.length)));
  let total = 0n;
  for (const [, sign, whole, fraction = ""] of parts) {
    const amount = BigInt(whole + fraction.padEnd(decimals, "0"));
    total += sign ? -amount : amount;
  }
  const digits = String(total < 0n ? -total : total).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return (total < 0n ? "-" : "") + (decimals > 0 ? `${whole}.${digits.slice(-decimals)}` : whole);
}
