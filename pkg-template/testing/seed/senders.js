/** The account's sender names: every status of a name, of an operator and of a file, and every kind of name. */

/** @import { EmulatorFile, EmulatorSender } from "../types.js" */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const UKRAINE = {
  fio: 'ТОВ "Алма Маркет"',
  inn: "38400001",
  site: "https://alma.example",
  email: "office@alma.example",
  address: "Київ, вул. Хрещатик, 1",
  desc: "Інтернет-магазин",
  subj: "Статус замовлення",
};

const BELARUS = {
  by_fio: "ООО «Алма Маркет»",
  by_inn: "190000001",
  by_address: "Минск, пр. Независимости, 1",
  by_ocup: "4",
  by_type: "2",
  by_mes: "Заказ 12345 подтверждён",
  by_site: "https://alma.example",
};

/**
 * @param {number} fid
 * @param {string} file
 * @param {number} fstatus
 * @param {string} [fcomment]
 * @returns {EmulatorFile}
 */
const document = (fid, file, fstatus, fcomment = "") => ({ file, fid, fstatus, fcomment, size: 48_213, info: "" });

/**
 * Names without `due` get the default events.
 *
 * @param {number} now
 * @returns {Partial<EmulatorSender>[]}
 */
export function makeSenders(now) {
  const daysAgo = (/** @type {number} */ days) => now - days * DAY;
  return [
    { id: 61_003, sender: "INFO", status: 1, cmt: "Общее имя", locked: true, created: daysAgo(900) },
    {
      id: 64_120,
      sender: "SHOP-24",
      status: 1,
      cmt: "Основное имя магазина",
      operators: {
        mts_step: 2,
        mts_int: 2,
        mega_step: 2,
        mega_int: 2,
        bee_step: 2,
        tele2_step: 2,
        tele2: 2,
        tele2_int: 2,
        motiv: 2,
        motiv_step: 2,
        motiv_int: 2,
        sber_step: 2,
        sber_int: 2,
        winmob_step: 2,
        volnamob_step: 2,
      },
      files: [document(5001, "товарный знак.pdf", 2), document(5002, "domain.png", 2, "принято, спасибо")],
      created: daysAgo(420),
      changed: daysAgo(130),
    },
    {
      id: 64_877,
      sender: "Alma Market",
      status: 1,
      cmt: "Украина и Беларусь",
      operators: { ua_reg: 2, ua_int: 2, by_reg: 2, by_int: 1, mts_step: 255, mega_step: 4 },
      substitutes: { mts_step: "ALMA-MARKET", bee_step: "ALMA" },
      details: { ...UKRAINE, ...BELARUS },
      files: [document(5003, "certificate.zip", 2)],
      created: daysAgo(300),
      changed: daysAgo(2),
      due: [{ at: now + 45 * MINUTE, operator: "by_int", code: 2 }],
    },
    {
      id: 65_310,
      sender: "ALMA-MARKET",
      status: 1,
      cmt: "",
      operators: { mts_step: 9, mega_step: 5, bee_step: 8, tele2_step: 3, motiv_step: 0, sber_step: 1 },
      files: [document(5004, "скан.jpg", 1, "Нечитаемый скан, пришлите другой"), document(5005, "скан-2.tif", 0)],
      created: daysAgo(90),
      changed: daysAgo(1),
    },
    { id: 66_018, sender: "79261234567", status: 1, cmt: "Горячая линия", created: daysAgo(80) },
    { id: 66_019, sender: "380671234567", status: 0, cmt: "Ждёт кода", created: daysAgo(1) },
    { id: 66_540, sender: "info@alma.example", status: 1, cmt: "", name: "Алма Маркет", created: daysAgo(60) },
    {
      id: 67_200,
      sender: "BERYOZKA",
      status: 2,
      cmt: 'Салон "Берёзка", закрыт',
      operators: { mts_step: 4, mega_step: 255, tele2: 3 },
      created: daysAgo(55),
      changed: daysAgo(20),
      due: [],
    },
    { id: 68_001, sender: "Q&A <Alma>", status: 1, cmt: "Имя со знаками", created: daysAgo(30) },
    {
      id: 69_404,
      sender: "NOVINKA",
      status: 0,
      cmt: "На модерации",
      operators: { mts_step: 0, tele2: 0 },
      files: [document(5006, "znak.rar", 0)],
      created: now - 4 * MINUTE,
      changed: now - 4 * MINUTE,
    },
    {
      id: 64_500,
      sender: "PARTNER",
      status: 1,
      cmt: "",
      user: "demo-shop",
      operators: { mts_step: 2 },
      created: daysAgo(40),
    },
    { id: 69_405, sender: "PARTNER-2", status: 0, cmt: "", user: "demo-shop", created: now - MINUTE },
  ];
}
