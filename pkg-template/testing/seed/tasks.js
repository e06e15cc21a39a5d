/** The account's deferred tasks, in every state. Some change as the clock advances. */

import { gzip, makeCsv } from "./csv.js";

/** @import { TaskSeed } from "../types.js" */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Number of rows in the largest file. */
const LARGE_FILE_ROWS = 5000;

/**
 * The files are generated on demand.
 *
 * @param {number} now
 * @param {number} random
 * @returns {TaskSeed[]}
 */
export function makeTasks(now, random) {
  const at = (/** @type {number} */ days) => ({
    created: now - days * DAY,
    time: now - days * DAY + 3 * MINUTE,
    due: [],
  });
  const csv =
    (/** @type {number} */ rows, /** @type {"utf-8" | "windows-1251"} */ charset, lineBreak = "\r\n") =>
    () =>
      makeCsv(rows, { now, random, charset, lineBreak });
  return [
    {
      id: 301,
      name: "Выгрузка за полгода",
      status: 2,
      file: "messages_301.csv",
      content: csv(LARGE_FILE_ROWS, "windows-1251"),
      ...at(40),
    },
    {
      id: 302,
      name: "Жазба, UTF-8, қазақша",
      status: 2,
      file: "messages_302.csv",
      content: csv(300, "utf-8", "\n"),
      ...at(21),
    },
    {
      id: 303,
      name: 'Рассылка "Весна", Москва, весь март',
      status: 2,
      file: "messages_303.csv.gz",
      content: () => gzip(makeCsv(500, { now, random })),
      headers: { "content-type": "application/gzip" },
      ...at(9),
    },
    { id: 304, name: "Отменённая выгрузка", status: 3, ...at(8), time: "" },
    { id: 305, name: "Слишком большой период", status: 4, ...at(5) },
    {
      id: 306,
      name: "Звіт за тиждень",
      status: 1,
      content: csv(120, "windows-1251"),
      created: now - 6 * MINUTE,
      time: now - MINUTE,
      due: [{ at: now + 2 * MINUTE, status: 2 }],
    },
    {
      id: 307,
      name: "Все сообщения, ноябрь",
      status: 0,
      content: csv(60, "windows-1251"),
      created: now - 2 * MINUTE,
      due: [
        { at: now + 5 * MINUTE, status: 1 },
        { at: now + 8 * MINUTE, status: 2 },
      ],
    },
    {
      id: 308,
      name: "Will fail",
      status: 0,
      created: now - MINUTE,
      due: [
        { at: now + 6 * MINUTE, status: 1 },
        { at: now + 7 * MINUTE, status: 4 },
      ],
    },
  ];
}
