/**
 * What no reader can do without, in whatever runs this: to read the body, and to make the objects of texts and numbers that are
 * there already. No byte is decoded and nothing is searched for.
 */
import { takeTurns } from "./turns.mjs";

const ROUNDS = 60;

/** Sixteen texts of so many units, one behind the other, a third of them Cyrillic. */
function memory(units) {
  const all = new Uint16Array(16 * units);
  for (let at = 0; at < all.length; at++) all[at] = at % 3 ? 0x61 + (at % 26) : 0x430 + (at % 32);
  return all;
}

/** The fastest way to a text that the runtime has. */
function cutter(units) {
  const own = globalThis.Buffer?.from(units.buffer);
  if (own?.ucs2Slice) return (from, to) => own.ucs2Slice(2 * from, 2 * to);
  const decoder = new TextDecoder("utf-16le", { ignoreBOM: true });
  return (from, to) => decoder.decode(units.subarray(from, to));
}

function messages(cut, units, numbers) {
  const list = [];
  for (let at = 0; at < 1000; at++) {
    const from = (at % 16) * units;
    const own = cut(from, from + units);
    list.push({
      status: numbers[at],
      statusName: own.slice(0, 10),
      lastDate: own.slice(10, 29),
      lastTimestamp: numbers[at + 1],
      sendDate: own.slice(29, 48),
      sendTimestamp: numbers[at + 2],
      phone: own.slice(48, 59),
      cost: own.slice(59, 63),
      senderId: own.slice(63, 69),
      message: own.slice(69, 146),
      mccmnc: own.slice(146, 151),
      country: own.slice(151, 157),
      operator: own.slice(157, 163),
      region: own.slice(163, 185),
      type: numbers[at + 3],
      id: numbers[at + 4],
      intId: own.slice(185, 195),
      smsCnt: numbers[at + 5],
      format: numbers[at + 6],
      crc: numbers[at + 7],
    });
  }
  return list;
}

function rows(cut, units) {
  let last;
  for (let group = 0; group < 1000; group++) {
    const own = cut(0, 16 * units);
    for (let row = 0; row < 16; row++) {
      const at = row * units;
      last = {
        ID: own.slice(at, at + 8),
        Телефон: own.slice(at + 8, at + 19),
        Сообщение: own.slice(at + 19, at + 85),
        Отправитель: own.slice(at + 85, at + 90),
        Статус: own.slice(at + 90, at + 100),
        "Код статуса": own.slice(at + 100, at + 101),
        Ошибка: own.slice(at + 101, at + 102),
        "Дата отправки": own.slice(at + 102, at + 121),
        "Дата статуса": own.slice(at + 121, at + 140),
        Стоимость: own.slice(at + 140, at + 143),
        Частей: own.slice(at + 143, at + 144),
        Страна: own.slice(at + 144, at + 153),
        Оператор: own.slice(at + 153, at + 158),
        Регион: own.slice(at + 158, at + 179),
      };
    }
  }
  return last;
}

/** The milliseconds of a page's body and of its objects, and the nanoseconds of a row of a task file. */
export async function measureFloor(bytes) {
  const numbers = Float64Array.from({ length: 1010 }, (_, at) => 1_790_000_000 + at);
  const [page, file] = [memory(195), memory(179)];
  const [ofPage, ofFile] = [cutter(page), cutter(file)];
  const work = {
    async body() {
      const reader = new Response(bytes).body.getReader();
      while (!(await reader.read()).done);
    },
    objects: () => messages(ofPage, 195, numbers),
    rows: () => rows(ofFile, 179),
  };
  const times = await takeTurns(work, ROUNDS);
  const { body, objects, rows: ofRows } = times;
  return { body, objects, row: ofRows.map((time) => (time * 1e6) / 16_000) };
}
