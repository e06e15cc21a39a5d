/** The service's numbered errors. The meaning of a number depends on the script. */

/** Thrown by a command; becomes an error response in the requested format. */
export class ServiceError extends Error {
  /**
   * @param {number} code The service's error number N.
   * @param {string} [text] Replaces the default text of that error.
   */
  constructor(code, text) {
    super(text ?? "");
    this.name = "ServiceError";
    this.code = code;
  }
}

/** Distinguishes the second cause of error 9 from the first; the same text on every page, in every language. */
export const TOO_MANY_CONCURRENT = "too many concurrent requests";

/**
 * Texts in English and Russian. They contain commas and brackets, because clients must not parse them.
 *
 * @type {Record<string, [string, string]>}
 */
const TEXTS = {
  1: ["parameters error", "ошибка в параметрах"],
  2: ["authorise error", "неверный логин или пароль"],
  3: ["message not found", "сообщение не найдено"],
  "senders.php 3": ["sender not found", "имя отправителя не найдено"],
  4: ["IP address is temporarily blocked", "IP-адрес временно заблокирован"],
  5: ["sender name can not be saved or deleted", "ошибка сохранения, либо удаления имени отправителя"],
  "downloads.php 5": ["task or file not found", "отложенное задание или файл не найдены"],
  7: ["invalid number format", "неверный формат номера"],
  8: ["the code can not be delivered (number, operator)", "код не может быть доставлен (номер, оператор)"],
  9: ["too many requests, wait a minute", "слишком много одинаковых запросов, подождите (минута)"],
  10: ["the code was already sent (try again in 8 hours)", "код уже был отправлен (повтор через 8 часов)"],
  11: ["wrong code", "неверный код подтверждения"],
};

/**
 * @param {string} script
 * @param {number} code
 * @param {"en" | "ru"} language
 * @returns {string}
 */
export function errorText(script, code, language) {
  const texts = TEXTS[`${script} ${code}`] ?? TEXTS[code] ?? ["unknown error", "неизвестная ошибка"];
  return texts[language === "ru" ? 1 : 0];
}
