/** Generated rows of a task's file: mostly Cyrillic, a fifth of the fields quoted. */

export const columns = [
  "ID",
  "Телефон",
  "Сообщение",
  "Отправитель",
  "Статус",
  "Код статуса",
  "Ошибка",
  "Дата отправки",
  "Дата статуса",
  "Стоимость",
  "Частей",
  "Страна",
  "Оператор",
  "Регион",
];

const WORDS =
  "ваш заказ готов к выдаче код подтверждения никому не сообщайте доставка будет завтра с курьер приедет оплата прошла успешно спасибо за покупку".split(
    " ",
  );

/** Generates rows of about `bytes` bytes, the same on each call. */
export function makeRows(bytes) {
  let seed = 12345;
  const below = (max) => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return (seed >>> 8) % max;
  };
  const one = (...list) => list[below(list.length)];
  const two = (min, count) => String(min + below(count)).padStart(2, "0");
  const date = () => `${two(1, 28)}.${two(1, 12)}.2026 ${two(0, 24)}:${two(0, 60)}:${two(0, 60)}`;
  const text = () => Array.from({ length: 4 + below(10) }, () => one(...WORDS)).join(" ");
  const row = () => [
    10_000_000 + below(90_000_000),
    `79${100_000_000 + below(899_999_999)}`,
    text(),
    one("SHOP", "Банк", "Доставка", "INFO"),
    one("Доставлено", "Доставлено", "Не доставлено", "Просрочено"),
    one(1, 20, 3),
    one(0, 6, 13),
    date(),
    date(),
    one("2.50", "3.1", "4.25"),
    one(1, 2, 3),
    one("Россия", "Украина", "Казахстан"),
    one("МТС", "Билайн", "МегаФон", "Теле2"),
    one("Московская область", "Новосибирская область", "Краснодарский край"),
  ];
  const lines = [];
  for (let size = 0; size < bytes; ) {
    const line = `${row()
      .map((value) => (below(5) === 0 ? `"${value}"` : value))
      .join(";")}\n`;
    lines.push(line);
    size += line.length * 1.6;
  }
  return lines.join("");
}

export const header = `${columns.join(";")}\n`;

const ENCODERS = {
  "utf-8": (text) => new TextEncoder().encode(text),
  // Supports only the letters in the rows.
  "windows-1251": (text) =>
    Uint8Array.from(text, (character) => {
      const code = character.charCodeAt(0);
      return code < 0x80 ? code : code - 0x350;
    }),
};

export const encode = (text, encoding) => ENCODERS[encoding](text);
