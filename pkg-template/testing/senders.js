/** `senders.php`: pages "Перечень доступных операций с именами отправителей" and "Ответ сервера и коды ошибок". */

import { attachDocument, readDocument } from "./documents.js";
import { ServiceError } from "./errors.js";
import { jsonObject, okResponse, xmlElement } from "./formats.js";
import { EMAIL_ADDRESS, readFlag, readNumber } from "./parameters.js";
import { readRegistrations } from "./registrations.js";
import { checkCode, sendCode } from "./sender-codes.js";
import { completeSender, isDigital, nextId, register, scheduleDocument } from "./sender-lifecycle.js";
import { listSenders } from "./sender-list.js";

/** @import { EmulatorSender } from "./types.js" */
/** @import { Call } from "./service.js" */

/** @type {Record<string, (call: Call, own: EmulatorSender[]) => string>} */
const COMMANDS = { get: listSenders, add, chg: change, del: remove, send_code: sendCode, check_code: checkCode };

/**
 * The command of a request; "" if it names none.
 *
 * @param {Record<string, string>} parameters
 * @returns {string}
 */
export const senderCommand = (parameters) => Object.keys(COMMANDS).find((name) => parameters[name] === "1") ?? "";

/**
 * @param {Call} call
 * @returns {string}
 */
export function senders(call) {
  const command = COMMANDS[senderCommand(call.parameters)];
  const user = call.parameters.user || undefined;
  if (!command || (user && !call.account.subaccounts.includes(user))) throw new ServiceError(1);
  return command(
    call,
    call.account.senders.filter((sender) => sender.subaccount === user),
  );
}

/**
 * @param {Call} call
 * @param {EmulatorSender[]} own
 * @returns {string}
 */
function add({ parameters, files, account, now, fmt }, own) {
  const name = parameters.sender?.trim() ?? "";
  const isMail = readFlag(parameters.mail);
  if (name === "" || (isMail && !EMAIL_ADDRESS.test(name))) throw new ServiceError(1);
  const { keys, details } = readRegistrations(parameters);
  const document = readDocument(files);
  if (!isMail && !isSenderName(name)) throw new ServiceError(5);
  if (own.some((sender) => sender.name === name)) throw new ServiceError(5);

  const all = account.senders;
  const comment = parameters.cmt ?? "";
  const sender = completeSender({ id: nextId(all), name, comment, details }, all, now);
  if (isMail) sender.email = { comment: parameters.name ?? "" };
  if (parameters.user) sender.subaccount = parameters.user;
  register(sender, keys, now);
  all.push(sender);
  if (document) scheduleDocument(sender, attachDocument(sender, document, parameters.doc_info ?? "", all).id, now);

  if (fmt === 0) return `ID = ${sender.id}`;
  if (fmt === 1) return String(sender.id);
  return fmt === 2 ? xmlElement("sender", { id: sender.id }) : jsonObject({ sender: sender.id });
}

/**
 * Accepts up to 11 Latin characters or a phone number: the values that an SMS can have as its originating address.
 *
 * @param {string} name
 * @returns {boolean}
 */
const isSenderName = (name) => (isDigital(name) ? /^\+?\d{3,15}$/.test(name) : /^[ -~]{1,11}$/.test(name));

/**
 * @param {Call} call
 * @param {EmulatorSender[]} own
 * @returns {string}
 */
function change({ parameters, files, account, now, fmt }, own) {
  const sender = findSender(parameters, own);
  const { keys, details } = readRegistrations(parameters);
  const document = readDocument(files);
  if (sender.locked) throw new ServiceError(5);
  if (parameters.cmt !== undefined) sender.comment = parameters.cmt;
  Object.assign(sender.details, details);
  register(sender, keys, now);
  if (document) {
    scheduleDocument(sender, attachDocument(sender, document, parameters.doc_info ?? "", account.senders).id, now);
  }
  return okResponse(fmt);
}

/**
 * @param {Call} call
 * @param {EmulatorSender[]} own
 * @returns {string}
 */
function remove({ parameters, account, fmt }, own) {
  const sender = findSender(parameters, own);
  if (sender.locked) throw new ServiceError(5);
  const all = account.senders;
  all.splice(all.indexOf(sender), 1);
  return okResponse(fmt);
}

/**
 * Finds a name by `id` or, if `id` is not sent, by `sender`.
 *
 * @param {Record<string, string>} parameters
 * @param {EmulatorSender[]} own
 * @returns {EmulatorSender}
 */
function findSender(parameters, own) {
  const id = readNumber(parameters.id);
  if (id === undefined && !parameters.sender) throw new ServiceError(1);
  const match = own.find((sender) => (id === undefined ? sender.name === parameters.sender : sender.id === id));
  if (!match) throw new ServiceError(3);
  return match;
}
