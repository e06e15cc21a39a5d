/** Parsers of parameters that several scripts share. An empty parameter counts as not sent. */

import { ServiceError } from "./errors.js";

/**
 * @param {string | undefined} text
 * @param {number} max
 * @returns {number | undefined}
 */
export function readCount(text, max) {
  const count = readNumber(text);
  if (count !== undefined && (count < 1 || count > max)) throw new ServiceError(1);
  return count;
}

/**
 * @param {string | undefined} text
 * @returns {number | undefined}
 */
export function readNumber(text) {
  if (!text) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw new ServiceError(1);
  return Number(text);
}

/**
 * @param {string | undefined} text
 * @returns {boolean}
 */
export function readFlag(text) {
  if (!text || text === "0") return false;
  if (text !== "1") throw new ServiceError(1);
  return true;
}

/** The digits of a phone number. */
export const PHONE = /^\d{5,15}$/;

/** An e-mail address, as far as the service checks one. */
export const EMAIL_ADDRESS = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;

/**
 * @param {string | undefined} text Comma-separated.
 * @param {(item: string) => string} normalize
 * @returns {string[] | undefined}
 */
export function readList(text, normalize) {
  if (!text) return undefined;
  return text.split(",").map((item) => normalize(item.trim()));
}
