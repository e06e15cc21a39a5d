/** Generated pages of the history in the service's format, hand-written readers for comparison, and a loop that reads every field. */

const TEXTS =
  "Ваш заказ готов к выдаче. Код подтверждения никому не сообщайте, доставка будет завтра с 10 до 18, курьер приедет по адресу".split(
    " ",
  );

/** The JSON of `count` messages, about 600 bytes each. `drifting`: some numbers are strings and some strings are numbers. */
export function makePage(count, drifting) {
  let seed = 54321;
  const below = (max) => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return (seed >>> 8) % max;
  };
  const one = (...list) => list[below(list.length)];
  const drift = (value) => {
    if (!drifting || below(3) > 0) return value;
    return typeof value === "number" ? String(value) : Number.isFinite(Number(value)) ? Number(value) : value;
  };
  const two = (max) => String(1 + below(max)).padStart(2, "0");
  const date = () => `${two(28)}.${two(12)}.2026 ${two(22)}:${two(58)}:${two(58)}`;
  const messages = Array.from({ length: count }, (_, at) => ({
    status: drift(one(1, 1, 1, 20, 3)),
    status_name: one("Доставлено", "Доставлено", "Не доставлено", "Просрочено"),
    last_date: date(),
    last_timestamp: drift(1_790_000_000 + below(5_000_000)),
    send_date: date(),
    send_timestamp: drift(1_790_000_000 + below(5_000_000)),
    phone: drift(`79${100_000_000 + below(899_999_999)}`),
    cost: drift(one("2.50", "3.10", "4.25")),
    sender_id: one("SHOP", "Банк", "Доставка", "INFO"),
    message: `${Array.from({ length: 9 + below(8) }, () => one(...TEXTS)).join(" ")} № ${below(10_000)}`,
    mccmnc: drift(one("25001", "25002", "25099")),
    country: one("Россия", "Украина", "Казахстан"),
    operator: one("МТС", "Билайн", "МегаФон", "Теле2"),
    region: one("Московская область", "Новосибирская область", "Краснодарский край"),
    type: drift(0),
    id: drift(5_000_000 + at),
    int_id: drift(String(4_000_000_000 - at)),
    sms_cnt: drift(one(1, 2, 3)),
    format: 0,
    crc: drift(below(4_000_000_000)),
    ...(below(10) === 0 && { err: one(6, 13), flag: 1 }),
  }));
  return JSON.stringify(messages, undefined, "");
}

/** The fastest hand-written reader of a parsed page: one object literal for each message. It trusts the documented types. */
export function makeMessages(list) {
  for (let at = 0; at < list.length; at++) {
    const raw = list[at];
    const message = {
      status: raw.status,
      statusName: raw.status_name,
      lastDate: raw.last_date,
      lastTimestamp: raw.last_timestamp,
      sendDate: raw.send_date,
      sendTimestamp: raw.send_timestamp,
      phone: raw.phone,
      cost: raw.cost,
      senderId: raw.sender_id,
      message: raw.message,
      mccmnc: raw.mccmnc,
      country: raw.country,
      operator: raw.operator,
      region: raw.region,
      type: raw.type,
      id: raw.id,
      intId: raw.int_id,
      smsCnt: raw.sms_cnt,
      format: raw.format,
      crc: raw.crc,
    };
    if (raw.err !== undefined) message.err = raw.err;
    if (raw.flag !== undefined) message.flag = raw.flag;
    list[at] = message;
  }
  return list;
}

/** The same for a page with drifting types: converts each field to its documented type. */
export function makeTypedMessages(list) {
  const number = (value) => (typeof value === "number" ? value : Number(value));
  const string = (value) => (typeof value === "string" ? value : String(value));
  for (let at = 0; at < list.length; at++) {
    const raw = list[at];
    const message = {
      status: number(raw.status),
      statusName: string(raw.status_name),
      lastDate: string(raw.last_date),
      lastTimestamp: number(raw.last_timestamp),
      sendDate: string(raw.send_date),
      sendTimestamp: number(raw.send_timestamp),
      phone: string(raw.phone),
      cost: string(raw.cost),
      senderId: string(raw.sender_id),
      message: string(raw.message),
      mccmnc: string(raw.mccmnc),
      country: string(raw.country),
      operator: string(raw.operator),
      region: string(raw.region),
      type: number(raw.type),
      id: number(raw.id),
      intId: string(raw.int_id),
      smsCnt: number(raw.sms_cnt),
      format: number(raw.format),
      crc: number(raw.crc),
    };
    if (raw.err !== undefined) message.err = number(raw.err);
    if (raw.flag !== undefined) message.flag = number(raw.flag);
    list[at] = message;
  }
  return list;
}

/** Returns a function that reads every field of every message, so that no reader gains by deferring work. */
export const fieldReader = () => (messages) => {
  let sum = 0;
  for (const message of messages) {
    sum +=
      message.status +
      message.lastTimestamp +
      message.sendTimestamp +
      message.type +
      message.id +
      message.smsCnt +
      message.format +
      message.crc;
    sum += message.statusName.charCodeAt(0);
    sum += message.lastDate.charCodeAt(0);
    sum += message.sendDate.charCodeAt(0);
    sum += message.phone.charCodeAt(0);
    sum += message.cost.charCodeAt(0);
    sum += message.senderId.charCodeAt(0);
    sum += message.message.charCodeAt(0);
    sum += message.mccmnc.charCodeAt(0);
    sum += message.country.charCodeAt(0);
    sum += message.operator.charCodeAt(0);
    sum += message.region.charCodeAt(0);
    sum += message.intId.charCodeAt(0);
    if (message.err !== undefined) sum += message.err;
    if (message.flag !== undefined) sum += message.flag;
  }
  if (Number.isNaN(sum)) throw new Error("a field is missing");
};
