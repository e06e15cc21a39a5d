/** Message texts of a shop with customers in four languages. */

import { pick } from "./random.js";

/** @typedef {"ru" | "uk" | "kk" | "en"} Language */

/**
 * `{n}` is an order number, `{c}` a code, `{s}` a sum, `{d}` a day, `{t}` a time of day.
 *
 * @type {Record<Language, string[]>}
 */
const TEMPLATES = {
  ru: [
    "Заказ №{n} подтверждён. Сумма {s} руб., доставка {d} до {t}.",
    "Ваш код: {c}. Никому его не сообщайте!",
    "Код подтверждения {c}; действителен 10 минут",
    'Напоминаем: запись {d} в {t}, салон "Берёзка". Ответьте ДА, если придёте.',
    "Посылка прибыла в пункт выдачи: ул. Ленина, д. 5; хранение 7 дней",
    "Оплата {s} руб. принята, спасибо! Чек: https://alma.example/c/{n}",
    "Уважаемый клиент!\nЗаказ {n} собран и ждёт вас {d}.\nС уважением, «Алма Маркет»",
    "Только до {d}: скидка 20% на всё, кроме книг & журналов <подробности на сайте>",
    "С днём рождения! 🎉 Дарим {s} бонусов, ждём в гости",
  ],
  uk: [
    "Замовлення №{n} підтверджено. Сума {s} грн, доставка {d} після {t}.",
    "Ваш код: {c}. Нікому його не повідомляйте!",
    'Нагадуємо про візит {d} о {t}, клініка "Здоров\'я"; телефонуйте, якщо не зможете',
    "Посилка у відділенні №12, зберігання 5 днів. Ґречно дякуємо!",
    "Шановний клієнте!\r\nЄ новини щодо замовлення {n}: воно їде до вас.",
    "Дякуємо за оплату {s} грн 💛💙",
  ],
  kk: [
    "№{n} тапсырыс қабылданды. Сомасы {s} теңге, жеткізу күні {d}.",
    "Растау коды: {c}. Оны ешкімге айтпаңыз!",
    "Құрметті клиент, {d} күні сағат {t} қабылдауға күтеміз; мекенжай: Абай даңғылы, 10",
    "Сәлемдемеңіз келді: «Алма Маркет», ұзақтығы 3 күн",
    "Туған күніңізбен! 🎂 Сізге {s} ұпай сыйлаймыз",
  ],
  en: [
    "Order {n} confirmed. Total {s}, delivery on {d} before {t}.",
    "Your code is {c}. Do not share it with anyone.",
    'Reminder: your visit is on {d} at {t}, "Alma Market"; reply YES to confirm',
    "Your parcel has arrived, pick it up by {d}",
    "Dear customer,\nyour order {n} is on its way.\nThank you!",
    "Payment of {s} received; receipt: https://alma.example/c/{n}?a=1&b=2",
  ],
};

/**
 * @param {() => number} random
 * @param {Language} language
 * @returns {string}
 */
export function makeText(random, language) {
  const number = (/** @type {number} */ low, /** @type {number} */ high) => low + Math.floor(random() * (high - low));
  /** @type {Record<string, () => string>} */
  const values = {
    n: () => String(number(10_000, 99_999)),
    c: () => String(number(1000, 999_999)),
    s: () => `${number(100, 9999)}.${number(10, 99)}`,
    d: () => `${String(number(1, 28)).padStart(2, "0")}.${String(number(1, 12)).padStart(2, "0")}`,
    t: () => `${number(9, 20)}:${pick(random, ["00", "15", "30", "45"])}`,
  };
  return pick(random, TEMPLATES[language]).replace(/\{(\w)\}/g, (_, key) => values[key]?.() ?? "");
}

/**
 * The number of SMS parts: one part holds 160 Latin characters or 70 others; each of several parts holds 153 or 67.
 *
 * @param {string} text
 * @returns {number}
 */
export function countParts(text) {
  const isLatin = /^[\n\r -~]*$/.test(text);
  const [single, part] = isLatin ? [160, 153] : [70, 67];
  return text.length <= single ? 1 : Math.ceil(text.length / part);
}
