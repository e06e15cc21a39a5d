/** The account's sent messages: every status, error, type and operator, over nine months. */

import { crc32 } from "../digest.js";
import { withoutUndefined } from "../validate.js";
import { NETWORKS } from "./networks.js";
import { createRandom, pick } from "./random.js";
import { countParts, makeText } from "./texts.js";

/** @import { EmulatorMessage, MessageSeed } from "../types.js" */

const DAY_SECONDS = 86_400;
const SPAN_SECONDS = 270 * DAY_SECONDS;

/** @type {Record<number, string>} Status names as the service writes them. */
const STATUS_NAMES = {
  "-3": "Сообщение не найдено",
  "-2": "Остановлено",
  "-1": "Ожидает отправки",
  0: "Передано оператору",
  1: "Доставлено",
  2: "Прочитано",
  3: "Просрочено",
  4: "Нажата ссылка",
  20: "Невозможно доставить",
  22: "Неверный номер",
  23: "Запрещено",
  24: "Недостаточно средств",
  25: "Недоступный номер",
};

const STATUSES = Object.keys(STATUS_NAMES).map(Number);
const TYPES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12];
const EMAIL = 8;
const UNDELIVERABLE = 20;

/** The errors of messages with status 20, undeliverable. */
const ERRORS = [
  1, 6, 11, 12, 13, 21, 200, 219, 220, 240, 241, 242, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255,
];

/** @type {Record<number, number>} The error of each other failure status. */
const ERROR_OF_STATUS = { 3: 6, 22: 249, 23: 250, 24: 247, 25: 1 };

const SENDERS = ["ALMA-MARKET", "Alma Market", "SHOP-24", "BERYOZKA", "79261234567"];
const MAILBOXES = ["anna.k", "oleh", "aigerim", "j.smith", "info"];

/** Number of newest messages with an `intId` above 2^53, where adjacent integers can have the same double. */
const BIG_IDS = 40;
const FIRST_BIG_ID = 9_007_199_254_740_993n;
const FIRST_ID = 4_512_000_017_000_000n;

/**
 * Generates messages. The newest ones cycle through all statuses, errors and types, so that even a short list contains each of
 * them. The rest is distributed as in an ordinary account.
 *
 * @param {number} count
 * @param {{ now?: number, random?: number }} [options] `now`: end of the list, in Unix milliseconds; `random`: seed.
 * @returns {EmulatorMessage[]} Newest first.
 */
export function makeMessages(count, { now = Date.now(), random: seed = 1 } = {}) {
  const random = createRandom(seed);
  const newest = Math.floor(now / 1000) - 300;
  const step = Math.min(SPAN_SECONDS / Math.max(count, 1), SPAN_SECONDS / 100);
  return Array.from({ length: count }, (_, index) => {
    const sent = Math.floor(newest - (index + random() * 0.9) * step);
    const big = Math.min(BIG_IDS, Math.floor(count / 2));
    const age = BigInt(count - 1 - index);
    const intId = index < big ? FIRST_BIG_ID + BigInt(big - 1 - index) : FIRST_ID + age * 7n;
    return makeMessage(random, index, sent, String(intId));
  });
}

/**
 * @param {() => number} random
 * @param {number} index
 * @param {number} sent Unix seconds.
 * @param {string} intId
 * @returns {EmulatorMessage}
 */
function makeMessage(random, index, sent, intId) {
  const isCycled = index < 100;
  const type = isCycled ? /** @type {number} */ (TYPES[index % TYPES.length]) : usualType(random);
  const status = isCycled ? /** @type {number} */ (STATUSES[index % STATUSES.length]) : usualStatus(random);
  const err = status === UNDELIVERABLE ? pickError(random, index) : (ERROR_OF_STATUS[status] ?? 0);
  const network = isCycled
    ? /** @type {typeof NETWORKS[0]} */ (NETWORKS[index % NETWORKS.length])
    : pick(random, NETWORKS);
  const isMail = type === EMAIL;
  const hasText = type !== 4 && type !== 5;
  const message = hasText ? makeText(random, pick(random, network.languages)) : "";
  const smsCnt = isMail || !hasText ? 1 : countParts(message);
  const isFree = status === 22 || status === 23 || status === 24 || status < 0;
  const digits = 11 + (network.prefix.startsWith("3") ? 1 : 0) - network.prefix.length;
  const number = network.prefix + String(Math.floor(random() * 10 ** digits)).padStart(digits, "0");
  return {
    status,
    lastTimestamp: sent + (status < 0 ? 0 : 2 + Math.floor(random() ** 4 * 280)),
    err,
    sendTimestamp: sent,
    phone: isMail ? `${pick(random, MAILBOXES)}${index % 7}@mail.example` : number,
    cost: isFree ? "0" : decimal(isMail ? 2500 : network.price * smsCnt),
    senderId: isMail ? "info@alma.example" : pick(random, SENDERS),
    statusName: STATUS_NAMES[status] ?? "",
    message,
    mccmnc: isMail ? "" : network.mccmnc,
    country: isMail ? "" : network.country,
    operator: isMail ? "" : network.operator,
    region: isMail ? "" : pick(random, network.regions),
    type,
    id: 1 + Math.floor(random() * 2_000_000_000),
    intId,
    smsCnt,
    format: isMail ? EMAIL : 0,
    crc: crc32(message),
  };
}

/**
 * @param {() => number} random
 * @returns {number}
 */
const usualType = (random) => (random() < 0.88 ? 0 : pick(random, TYPES));

/**
 * @param {() => number} random
 * @returns {number}
 */
function usualStatus(random) {
  const chance = random();
  if (chance < 0.8) return 1;
  return chance < 0.9 ? UNDELIVERABLE : pick(random, STATUSES);
}

/**
 * The cycle reaches status 20 too rarely to contain every error, so every other index selects the error instead of `random`.
 *
 * @param {() => number} random
 * @param {number} index
 * @returns {number}
 */
function pickError(random, index) {
  return index % 2 === 0 ? pick(random, ERRORS) : /** @type {number} */ (ERRORS[index % ERRORS.length]);
}

/**
 * Decimal text with up to four places and no trailing zeros.
 *
 * @param {number} tenThousandths
 * @returns {string}
 */
function decimal(tenThousandths) {
  const places = String(tenThousandths % 10_000)
    .padStart(4, "0")
    .replace(/0+$/, "");
  return `${Math.floor(tenThousandths / 10_000)}${places ? `.${places}` : ""}`;
}

/**
 * Adds default values for the missing fields of a message.
 *
 * @param {MessageSeed} given
 * @param {EmulatorMessage[]} others The messages before it in the list.
 * @param {number} now Unix milliseconds.
 * @returns {EmulatorMessage}
 */
export function completeMessage(given, others, now) {
  const sent = given.sendTimestamp ?? Math.floor(now / 1000);
  const { status = 1, type = 0, message = "Тест" } = given;
  const isMail = type === EMAIL;
  return {
    status,
    lastTimestamp: sent,
    err: 0,
    sendTimestamp: sent,
    phone: isMail ? "client@mail.example" : "79991234567",
    cost: "3.6",
    senderId: "SHOP-24",
    statusName: STATUS_NAMES[status] ?? "",
    message,
    mccmnc: isMail ? "" : "25001",
    country: isMail ? "" : "Россия",
    operator: isMail ? "" : "МТС",
    region: "",
    type,
    id: others.length + 1,
    // Increases with time and is unique among messages of the same second.
    intId: String(sent * 1_000_000 + others.length),
    smsCnt: countParts(message),
    format: isMail ? EMAIL : 0,
    crc: crc32(message),
    ...withoutUndefined(given),
  };
}
