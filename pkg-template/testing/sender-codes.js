/** `send_code` and `check_code`: how the owner of a digital sender name proves that the number is theirs. */

import { ServiceError } from "./errors.js";
import { okReply } from "./formats.js";

/** @import { EmulatorSender } from "./types.js" */
/** @import { Call } from "./service.js" */

/** "Код уже был отправлен на указанный номер. Повторная попытка возможна через 8 часов." */
const AGAIN_AFTER_MS = 8 * 3_600_000;

/**
 * @param {Call} call
 * @param {EmulatorSender[]} own
 * @returns {string}
 */
export function sendCode({ parameters, account, now, fmt, random }, own) {
  const number = readPhone(parameters.sender);
  requireName(number, own);
  const site = parameters.site ?? "";
  // "Данный параметр должен быть ранее добавлен и активирован в качестве Sender ID."
  if (site && !own.some((sender) => sender.sender === site && sender.status === 1)) throw new ServiceError(3);
  if (account.undeliverable.some((known) => digits(known) === number)) throw new ServiceError(8);
  if (account.codes.some((code) => digits(code.sender) === number && now - code.sent < AGAIN_AFTER_MS)) {
    throw new ServiceError(10);
  }
  const code = String(100_000 + Math.floor(random() * 900_000));
  const text = `Код подтверждения: ${code}${parameters.site_name ? ` (${parameters.site_name})` : ""}`;
  account.codes.push({ sender: number, code, sent: now, site, text, used: false });
  return okReply(fmt);
}

/**
 * @param {Call} call
 * @param {EmulatorSender[]} own
 * @returns {string}
 */
export function checkCode({ parameters, account, fmt }, own) {
  const number = readPhone(parameters.sender);
  if (!parameters.code) throw new ServiceError(1);
  const sender = requireName(number, own);
  const sent = account.codes.filter((code) => digits(code.sender) === number).pop();
  if (!sent || sent.used || sent.code !== parameters.code) throw new ServiceError(11);
  sent.used = true;
  sender.status = 1;
  return okReply(fmt);
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
 */
function requireName(number, own) {
  const found = own.find((sender) => digits(sender.sender) === number);
  if (!found) throw new ServiceError(3);
  return found;
}

/**
 * @param {string} text
 * @returns {string}
 */
const digits = (text) => text.replace(/^\+/, "");
