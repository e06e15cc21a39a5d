/** `send_code` and `check_code`: the owner of a digital sender name confirms the phone number with a code. */

import { ServiceError } from "./errors.js";
import { okResponse } from "./formats.js";

/** @import { EmulatorSender } from "./types.js" */
/** @import { Call } from "./service.js" */

/** "Код уже был отправлен на указанный номер. Повторная попытка возможна через 8 часов." */
const RESEND_AFTER_MS = 8 * 3_600_000;

/**
 * @param {Call} call
 * @param {EmulatorSender[]} own
 * @returns {string}
 */
export function sendCode({ parameters, account, now, fmt, random }, own) {
  const number = readPhone(parameters.sender);
  requireSender(number, own);
  const site = parameters.site ?? "";
  // "Данный параметр должен быть ранее добавлен и активирован в качестве Sender ID."
  if (site && !own.some((sender) => sender.name === site && sender.status === 1)) throw new ServiceError(3);
  if (account.undeliverable.some((phone) => digits(phone) === number)) throw new ServiceError(8);
  if (account.codes.some((code) => digits(code.name) === number && now - code.sent < RESEND_AFTER_MS)) {
    throw new ServiceError(10);
  }
  const code = String(100_000 + Math.floor(random() * 900_000));
  const text = `Код подтверждения: ${code}${parameters.site_name ? ` (${parameters.site_name})` : ""}`;
  account.codes.push({ name: number, code, sent: now, site, text, used: false });
  return okResponse(fmt);
}

/**
 * @param {Call} call
 * @param {EmulatorSender[]} own
 * @returns {string}
 */
export function checkCode({ parameters, account, fmt }, own) {
  const number = readPhone(parameters.sender);
  if (!parameters.code) throw new ServiceError(1);
  const sender = requireSender(number, own);
  const sent = account.codes.filter((code) => digits(code.name) === number).pop();
  if (!sent || sent.used || sent.code !== parameters.code) throw new ServiceError(11);
  sent.used = true;
  sender.status = 1;
  return okResponse(fmt);
}

/**
 * @param {string | undefined} text
 * @returns {string}
 */
function readPhone(text) {
  if (!text) throw new ServiceError(1);
  const number = text.replace(/[\s()+-]/g, "");
  if (!/^[1-9]\d{9,14}$/.test(number)) throw new ServiceError(7);
  return number;
}

/**
 * @param {string} number
 * @param {EmulatorSender[]} own
 * @returns {EmulatorSender}
 * @throws {ServiceError} Error 3 if no sender name has that number.
 */
function requireSender(number, own) {
  const sender = own.find((candidate) => digits(candidate.name) === number);
  if (!sender) throw new ServiceError(3);
  return sender;
}

/**
 * @param {string} text
 * @returns {string}
 */
const digits = (text) => text.replace(/^\+/, "");
