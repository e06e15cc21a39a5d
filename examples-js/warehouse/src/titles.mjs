/** The columns of a task's file that a query needs, recognized by their titles. */

const TITLES = {
  cost: /^(cost|price|sum$|amount|стоимость|цена|сумма|вартість|ціна|сума)/i,
  date: /^(date|sent|send.?(date|time)|дата$|дата отправ|время отправ|дата відправ)/i,
  operator: /^(operator|оператор)/i,
  sender: /^(sender|from|отправитель|відправник)/i,
  status: /^(status|статус)/i,
  country: /^(country|страна|країна)/i,
  region: /^(region|регион|регіон)/i,
};

/** The title of a kind of column; `undefined` if no title is recognized. */
export const titleOf = (kind, titles) =>
  Object.hasOwn(TITLES, kind) ? titles.find((title) => TITLES[kind].test(title.trim())) : undefined;
