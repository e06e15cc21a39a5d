/**
 * Measures the minimum cost of any reader in the current runtime: reading the body, and creating objects from existing strings and
 * numbers, without decoding or parsing.
 */
import { runAlternately } from "./alternate.mjs";

const ROUNDS = 60;

/** Sixteen consecutive strings of `units` UTF-16 units each, a third of them Cyrillic. */
function memory(units) {
  const all = new Uint16Array(16 * units);
  for (let at = 0; at < all.length; at++) all[at] = at % 3 ? 0x61 + (at % 26) : 0x430 + (at % 32);
  return all;
}

/** Returns the fastest function of the runtime to create strings from UTF-16. */
function slicer(units) {
  const buffer = globalThis.Buffer?.from(units.buffer);
  if (buffer?.ucs2Slice) return (from, to) => buffer.ucs2Slice(2 * from, 2 * to);
  const decoder = new TextDecoder("utf-16le", { ignoreBOM: true });
  return (from, to) => decoder.decode(units.subarray(from, to));
}

function messages(sliceText, units, numbers) {
  const list = [];
  for (let at = 0; at < 1000; at++) {
    const from = (at % 16) * units;
    const text = sliceText(from, from + units);
    list.push({
      status: numbers[at],
      statusName: text.slice(0, 10),
      lastDate: text.slice(10, 29),
      lastTimestamp: numbers[at + 1],
      sendDate: text.slice(29, 48),
      sendTimestamp: numbers[at + 2],
      phone: text.slice(48, 59),
      cost: text.slice(59, 63),
      senderId: text.slice(63, 69),
      message: text.slice(69, 146),
      mccmnc: text.slice(146, 151),
      country: text.slice(151, 157),
      operator: text.slice(157, 163),
      region: text.slice(163, 185),
      type: numbers[at + 3],
      id: numbers[at + 4],
      intId: text.slice(185, 195),
      smsCnt: numbers[at + 5],
      format: numbers[at + 6],
      crc: numbers[at + 7],
    });
  }
  return list;
}

function rows(sliceText, units) {
  let last;
  for (let group = 0; group < 1000; group++) {
    const text = sliceText(0, 16 * units);
    for (let row = 0; row < 16; row++) {
      const at = row * units;
      last = {
        ID: text.slice(at, at + 8),
        Телефон: text.slice(at + 8, at + 19),
        Сообщение: text.slice(at + 19, at + 85),
        Отправитель: text.slice(at + 85, at + 90),
        Статус: text.slice(at + 90, at + 100),
        "Код статуса": text.slice(at + 100, at + 101),
        Ошибка: text.slice(at + 101, at + 102),
        "Дата отправки": text.slice(at + 102, at + 121),
        "Дата статуса": text.slice(at + 121, at + 140),
        Стоимость: text.slice(at + 140, at + 143),
        Частей: text.slice(at + 143, at + 144),
        Страна: text.slice(at + 144, at + 153),
        Оператор: text.slice(at + 153, at + 158),
        Регион: text.slice(at + 158, at + 179),
      };
    }
  }
  return last;
}

/** Measures milliseconds for a page's body and its objects, and nanoseconds for a row of a task file. */
export async function measureFloor(bytes) {
  const numbers = Float64Array.from({ length: 1010 }, (_, at) => 1_790_000_000 + at);
  const [page, file] = [memory(195), memory(179)];
  const [ofPage, ofFile] = [slicer(page), slicer(file)];
  const work = {
    async body() {
      const reader = new Response(bytes).body.getReader();
      while (!(await reader.read()).done);
    },
    objects: () => messages(ofPage, 195, numbers),
    rows: () => rows(ofFile, 179),
  };
  const times = await runAlternately(work, ROUNDS);
  const { body, objects, rows: ofRows } = times;
  return { body, objects, row: ofRows.map((time) => (time * 1e6) / 16_000) };
}
