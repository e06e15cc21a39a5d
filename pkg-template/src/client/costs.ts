import { describe } from "../runtime/describe.js";
import { SmscError } from "../runtime/errors.js";

/** A plain decimal: digits, with a fraction after a dot. */
const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?$/;

/** A number in the notation that `String` uses below 1e-6 and from 1e21. */
const SCIENTIFIC = /^(-?\d+)(?:\.(\d+))?e([+-]\d+)$/;

/** An exact decimal: `units` divided by 10 to the power of `scale`. */
interface Decimal {
  units: bigint;
  scale: number;
}

/**
 * Adds the costs of messages exactly, as decimals and not as floating-point numbers. The result has as many decimals as the cost
 * that has most.
 *
 * A message without a cost is an error, so that no sum is too low: leave such messages out first.
 *
 * @param messages Messages, also those of a task's file, or any objects with a `cost`: a decimal as text or as a number.
 * @returns The sum as text, in the account's currency; `"0"` without messages.
 * @throws SmscError `invalid_parameter` if a cost is missing or is not a decimal; `parameter` has its index: `messages[3].cost`.
 * @example
 * sumCosts([{ cost: "0.1" }, { cost: "0.2" }]); // "0.3"
 */
export function sumCosts(messages: Iterable<{ readonly cost?: string | number | undefined }>): string {
  if (typeof (messages as Iterable<unknown> | undefined)?.[Symbol.iterator] !== "function") {
    throw invalid("messages", "takes an array, or another iterable, of messages");
  }
  let total: Decimal = { units: 0n, scale: 0 };
  let index = 0;
  for (const message of messages) total = add(total, decimalOf(message?.cost, index++));
  return format(total);
}

function decimalOf(cost: unknown, index: number): Decimal {
  const text = typeof cost === "number" ? expand(String(cost)) : cost;
  const match = typeof text === "string" ? DECIMAL.exec(text) : null;
  if (!match) {
    const given = typeof cost === "string" ? JSON.stringify(cost.slice(0, 40)) : describe(cost);
    const remedy = cost === undefined ? ". Leave out messages without a cost" : "";
    throw invalid(`messages[${index}].cost`, `takes a decimal such as "1.25", and got ${given}${remedy}`);
  }
  const [, sign, integer, fraction = ""] = match;
  const units = BigInt(`${integer}${fraction}`);
  return { units: sign === "-" ? -units : units, scale: fraction.length };
}

/** Writes a number without an exponent. */
function expand(text: string): string {
  const match = SCIENTIFIC.exec(text);
  if (!match) return text;
  const [, integer = "", fraction = "", exponent] = match;
  const scale = fraction.length - Number(exponent);
  const units = BigInt(integer + fraction);
  return scale > 0 ? format({ units, scale }) : String(units * 10n ** BigInt(-scale));
}

function add(one: Decimal, other: Decimal): Decimal {
  const scale = Math.max(one.scale, other.scale);
  const scaled = ({ units, scale: own }: Decimal) => units * 10n ** BigInt(scale - own);
  return { units: scaled(one) + scaled(other), scale };
}

function format({ units, scale }: Decimal): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const integer = digits.slice(0, digits.length - scale);
  return `${units < 0n ? "-" : ""}${integer}${scale > 0 ? `.${digits.slice(-scale)}` : ""}`;
}

function invalid(parameter: string, problem: string): SmscError {
  return SmscError.create({ code: "invalid_parameter", message: `\`${parameter}\` ${problem}`, parameter });
}
