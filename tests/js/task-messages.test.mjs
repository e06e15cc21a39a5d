/** The rows of a task's file as messages: column titles in three languages, numbers, dates, and unknown columns. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseCsv } from "smsc-wasm";
import { collect, rejectsWith, setup, stubClient } from "./support/account.mjs";

const messages = async (text, options) => {
  const { smsc } = await stubClient(() => new Response(text));
  return collect(smsc.tasks.messages({ id: 1 }, options));
};
/** 21.11.2026 10:05:07 in the service's time zone. */
const INSTANT = Date.UTC(2026, 10, 21, 7, 5, 7) / 1000;
const EXPECTED = {
  id: 12,
  phone: "79991234567",
  message: "Привет",
  senderId: "SHOP",
  status: 1,
  statusName: "Доставлено",
  err: 0,
  sendDate: "21.11.2026 10:05:07",
  lastDate: "21.11.2026 10:05:07",
  cost: "2.50",
  smsCnt: 2,
  country: "Россия",
  operator: "МТС",
  region: "Москва",
  sendTimestamp: INSTANT,
  lastTimestamp: INSTANT,
};
const VALUES =
  "12;79991234567;Привет;SHOP;1;Доставлено;0;21.11.2026 10:05:07;2026-11-21 10:05:07;2,50;2;Россия;МТС;Москва";

for (const [language, titles] of [
  [
    "Russian",
    "ID;Телефон;Сообщение;Отправитель;Код статуса;Статус;Ошибка;Дата отправки;Дата статуса;Стоимость;Частей;Страна;Оператор;Регион",
  ],
  [
    "Russian, in other words",
    "ID сообщения;Номер получателя;Текст SMS;Имя отправителя;Код статуса;Название статуса;Код ошибки;Время отправки;Время изменения статуса;Цена, руб.;Количество SMS;Страна;Оператор связи;Регион",
  ],
  [
    "Ukrainian",
    "ID;Номер телефону;Текст повідомлення;Ім'я відправника;Код статусу;Статус;Код помилки;Дата відправлення;Час зміни статусу;Вартість;Кількість SMS;Країна;Оператор;Регіон",
  ],
  [
    "English",
    "id;Phone number;Message;Sender name;Status code;Status;Error code;Sent at;Status date;Cost;Parts;Country;Operator;Region",
  ],
  [
    "the service's keys",
    "id;phone;message;sender_id;status;status_name;err;send_date;last_date;cost;sms_cnt;country;operator;region",
  ],
]) {
  test(`titles: ${language}`, async () => {
    assert.deepEqual(await messages(`${titles}\n${VALUES}\n`), [EXPECTED]);
  });
}

test("an integer in another notation is text", async () => {
  assert.deepEqual(await messages("ID;Частей\n1e3;0x1F\n0b1;1e1\n +12 ;2.0\n"), [
    { intId: "1e3", extra: { Частей: "0x1F" } },
    { intId: "0b1", extra: { Частей: "1e1" } },
    { id: 12, smsCnt: 2 },
  ]);
});

test("timestamp columns take precedence, dates have several formats, and other text is kept", async () => {
  const text = `send_date;send_timestamp;last_date
21.11.2026 10:05:07;5;21.11.2026
21.11.26 10:05;;31.02.2026 10:00:00
вчера;;
`;
  assert.deepEqual(await messages(text), [
    { sendDate: "21.11.2026 10:05:07", sendTimestamp: 5, lastDate: "21.11.2026" },
    { sendDate: "21.11.2026 10:05:00", lastDate: "31.02.2026 10:00:00", sendTimestamp: INSTANT - 7 },
    { sendDate: "вчера", lastDate: "" },
  ]);
});

test("unknown, repeated and invalid columns are in `extra`, under their titles", async () => {
  const text = `Телефон;Телефон;Примечание;Тип;ID;__proto__
1;2;да;SMS;98765432109876543210;x;y
1;;;;;
`;
  const extra = JSON.parse('{"Телефон_2":"2","Примечание":"да","Тип":"SMS","__proto__":"x","__extra":["y"]}');
  const [first, second] = await messages(text);
  assert.deepEqual(first, { phone: "1", intId: "98765432109876543210", extra });
  assert.deepEqual(second, { phone: "1", extra: JSON.parse('{"Телефон_2":"","Примечание":"","__proto__":""}') });
});

test("a zone is heeded, and the date is written in the service's time", async () => {
  const whole = { sendDate: "21.11.2026 10:05:07", sendTimestamp: INSTANT };
  for (const date of [
    "2026-11-21T07:05:07Z",
    "2026-11-21 07:05:07.123 z",
    "2026-11-21T12:05:07+05:00",
    "2026-11-21T03:35:07.5-0330",
    "21.11.2026, 10:05:07 +03",
    "2026-11-20 23:05:07-08:00",
  ])
    assert.deepEqual(await messages(`Дата\n"${date}"\n`), [whole], date);
  for (const date of [
    "2026-11-21 10:05:07 CET",
    "21.11.2026 10:05:07 PM",
    "2026-11-21 10:05:07+0",
    "2026-11-21 10:05:07+15:00",
    "2026-11-21 10:05:07+03:60",
  ])
    assert.deepEqual(await messages(`Дата\n${date}\n`), [{ sendDate: date }], date);
});

test("a zone can change the day, the month and the year", async () => {
  for (const [date, sendDate, instant] of [
    ["2026-12-31T23:30:00Z", "01.01.2027 02:30:00", Date.UTC(2026, 11, 31, 23, 30)],
    ["01.01.27 01:30 +0500", "31.12.2026 23:30:00", Date.UTC(2026, 11, 31, 20, 30)],
    ["28.02.2024 22:00Z", "29.02.2024 01:00:00", Date.UTC(2024, 1, 28, 22)],
    ["28.02.2023 22:00Z", "01.03.2023 01:00:00", Date.UTC(2023, 1, 28, 22)],
  ])
    assert.deepEqual(await messages(`Дата\n${date}\n`), [{ sendDate, sendTimestamp: instant / 1000 }], date);
});

test("a date with a number out of range stays, without a timestamp", async () => {
  for (const date of [
    "31.02.2026 10:05",
    "29.02.2023 10:05",
    "21.13.2026 10:05",
    "21.11.2026 24:00",
    "21.11.2026 10:60",
    "21.11.2026 10:05:60",
    "275760-09-13 00:00Z",
  ])
    assert.deepEqual(await messages(`Дата\n${date}\n`), [{ sendDate: date }], date);
});

test("a year of two digits is one of this century, first or last", async () => {
  for (const date of ["05.11.49 10:05", "49-11-05 10:05"])
    assert.deepEqual((await messages(`Дата\n${date}\n`))[0].sendDate, "05.11.2049 10:05:00");
});

test("a downloaded and a stored file give the same messages", async () => {
  const { smsc, emulator } = await setup();
  const { id } = emulator.state.tasks.find(({ status }) => status === 2);
  const expected = await collect(smsc.tasks.messages({ id }));
  const file = await smsc.tasks.download({ id });
  assert.deepEqual(await collect(file.messages()), expected);
  assert.equal(file.csv.header, true);
  const stored = await (await smsc.tasks.download({ id })).bytes();
  assert.deepEqual(await collect(parseCsv.messages(stored)), expected);
  const { code, parameter } = await rejectsWith(parseCsv.messages(stored, { heade: true }).next(), "invalid_option");
  assert.deepEqual([code, parameter], ["invalid_option", "heade"]);
});

test("a day and a time in two columns are one instant, and a day alone is none", async () => {
  const text = `Дата;Время;Дата статуса;Время статуса
21.11.2026;10:05:07;2026-11-21;10:05:07
21.11.2026;;21.11.2026;10:05
;10:05:07;;
21.11.2026 10:05:07;10:05:07;21.11.2026;позже
`;
  const whole = "21.11.2026 10:05:07";
  assert.deepEqual(await messages(text), [
    { sendDate: whole, sendTimestamp: INSTANT, lastDate: whole, lastTimestamp: INSTANT },
    { sendDate: "21.11.2026", lastDate: "21.11.2026 10:05:00", lastTimestamp: INSTANT - 7 },
    { sendDate: "10:05:07", lastDate: "" },
    {
      sendDate: whole,
      sendTimestamp: INSTANT,
      lastDate: "21.11.2026",
      extra: { Время: "10:05:07", "Время статуса": "позже" },
    },
  ]);
  assert.deepEqual(await messages("Time;Date\n10:05:07;21.11.2026\n"), [{ sendDate: whole, sendTimestamp: INSTANT }]);
  for (const time of ["07:05:07Z", "10:05:07.25", "12:05:07 +05:00"])
    assert.deepEqual(await messages(`Дата;Время\n21.11.2026;${time}\n`), [{ sendDate: whole, sendTimestamp: INSTANT }]);
  assert.deepEqual(await messages("Час;Дата\n10:05:07;21.11.2026\n"), [{ sendDate: whole, sendTimestamp: INSTANT }]);
});

test("Excel's formulas for text are their text", async () => {
  const text = `Телефон;ID;Сообщение;Примечание;Стоимость
="79990000001";="5";="да ""нет""";="x";="3,60"
"=""79990000002""";6;= "a";=1+1;1
`;
  assert.deepEqual(await messages(text), [
    { phone: "79990000001", id: 5, message: 'да "нет"', cost: "3.60", extra: { Примечание: "x" } },
    { phone: "79990000002", id: 6, message: '= "a"', cost: "1", extra: { Примечание: "=1+1" } },
  ]);
});

test("costs have a currency, a comma and spaces as thousands separators", async () => {
  for (const [value, cost] of [
    ["3,60 руб.", "3.60"],
    ["3.60", "3.60"],
    ["1 234,50", "1234.50"],
    ["1\u00a0234\u00a0567,5\u00a0₽", "1234567.5"],
    ["1\u202f234.50 грн", "1234.50"],
    ["₽ 12", "12"],
    ["руб. 12,5", "12.5"],
    ["-2,50", "-2.50"],
    ["\u22122,50 руб", "-2.50"],
    ["$0.0400", "0.0400"],
  ])
    assert.deepEqual(await messages(`Стоимость;ID\n${value};1\n`), [{ cost, id: 1 }], value);
  assert.deepEqual(await messages("Стоимость;ID\n ;1\n"), [{ id: 1 }]);
  for (const value of ["бесплатно", "1,5-2,5", "5 за 3", ".5"])
    assert.deepEqual(await messages(`Стоимость;ID\n${value};1\n`), [{ id: 1, extra: { Стоимость: value } }], value);
});

test("a column titled `__extra` keeps its value when a row has surplus values", async () => {
  assert.deepEqual(await messages("Телефон;__extra\n1;2;3;4\n"), [
    { phone: "1", extra: { __extra: "2", __extra_2: ["3", "4"] } },
  ]);
});

test("without a header all columns are in `extra`", async () => {
  assert.deepEqual(await messages("1;2\n"), [{ extra: { 0: "1", 1: "2" } }]);
});

test("the emulator's file", async () => {
  const { smsc, emulator } = await setup();
  const done = emulator.state.tasks.find(({ status }) => status === 2);
  const [first] = await collect(smsc.tasks.messages({ id: done.id }));
  assert.equal(typeof first.status, "number");
  assert.equal(first.extra, undefined);
  assert.match(first.phone, /^\d+$/);
  assert.ok(first.sendTimestamp > 1_600_000_000);
});
