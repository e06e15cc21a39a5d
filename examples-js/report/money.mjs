/** Adds decimal texts exactly, without floating-point numbers. Ignores texts that are not decimal numbers. */
export function sum(costs) {
  const parts = costs.map((cost) => /^(-?)(\d+)(?:\.(\d+))?$/.exec(cost)).filter((match) => match !== null);
  const decimals = Math.max(0, ...new Set(parts.map(([, , , fraction = ""]) => fraction.length)));
  let total = 0n;
  for (const [, sign, integer, fraction = ""] of parts) {
    const amount = BigInt(integer + fraction.padEnd(decimals, "0"));
    total += sign ? -amount : amount;
  }
  const digits = String(total < 0n ? -total : total).padStart(decimals + 1, "0");
  const integer = digits.slice(0, digits.length - decimals);
  return (total < 0n ? "-" : "") + (decimals > 0 ? `${integer}.${digits.slice(-decimals)}` : integer);
}
