/** The account's sender names: every status of a name, of an operator and of a file, and every kind of name. */

/** @import { EmulatorFile, SenderSeed } from "../types.js" */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const UKRAINE = {
  legalName: 'ТОВ "Алма Маркет"',
  taxId: "38400001",
  site: "https://alma.example",
  email: "office@alma.example",
  address: "Київ, вул. Хрещатик, 1",
  description: "Інтернет-магазин",
  subject: "Статус замовлення",
};

const BELARUS = {
  companyName: "ООО «Алма Маркет»",
  taxId: "190000001",
  address: "Минск, пр. Независимости, 1",
  occupation: "4",
  mailingType: "2",
  sampleMessage: "Заказ 12345 подтверждён",
  site: "https://alma.example",
};

/**
 * @param {number} id
 * @param {string} name
 * @param {number} status
 * @param {string} [comment]
 * @returns {EmulatorFile}
 */
const document = (id, name, status, comment = "") => ({ name, id, status, comment, size: 48_213, info: "" });

/**
 * Names without `due` get the default events.
 *
 * @param {number} now
 * @returns {SenderSeed[]}
 */
export function makeSenders(now) {
  const daysAgo = (/** @type {number} */ days) => now - days * DAY;
  return [
    { id: 61_003, name: "INFO", status: 1, comment: "Общее имя", locked: true, created: daysAgo(900) },
    {
      id: 64_120,
      name: "SHOP-24",
      status: 1,
      comment: "Основное имя магазина",
      operators: {
        mtsStep: 2,
        mtsInt: 2,
        megaStep: 2,
        megaInt: 2,
        beeStep: 2,
        tele2Step: 2,
        tele2: 2,
        tele2Int: 2,
        motiv: 2,
        motivStep: 2,
        motivInt: 2,
        sberStep: 2,
        sberInt: 2,
        winmobStep: 2,
        volnamobStep: 2,
      },
      files: [document(5001, "товарный знак.pdf", 2), document(5002, "domain.png", 2, "принято, спасибо")],
      created: daysAgo(420),
      changed: daysAgo(130),
    },
    {
      id: 64_877,
      name: "Alma Market",
      status: 1,
      comment: "Украина и Беларусь",
      operators: { uaReg: 2, uaInt: 2, byReg: 2, byInt: 1, mtsStep: 255, megaStep: 4 },
      substitutes: { mtsStep: "ALMA-MARKET", beeStep: "ALMA" },
      details: { ukraine: UKRAINE, belarus: BELARUS },
      files: [document(5003, "certificate.zip", 2)],
      created: daysAgo(300),
      changed: daysAgo(2),
      due: [{ at: now + 45 * MINUTE, operator: "byInt", operatorStatus: 2 }],
    },
    {
      id: 65_310,
      name: "ALMA-MARKET",
      status: 1,
      comment: "",
      operators: { mtsStep: 9, megaStep: 5, beeStep: 8, tele2Step: 3, motivStep: 0, sberStep: 1 },
      files: [document(5004, "скан.jpg", 1, "Нечитаемый скан, пришлите другой"), document(5005, "скан-2.tif", 0)],
      created: daysAgo(90),
      changed: daysAgo(1),
    },
    { id: 66_018, name: "79261234567", status: 1, comment: "Горячая линия", created: daysAgo(80) },
    { id: 66_019, name: "380671234567", status: 0, comment: "Ждёт кода", created: daysAgo(1) },
    {
      id: 66_540,
      name: "info@alma.example",
      status: 1,
      comment: "",
      email: { comment: "Алма Маркет" },
      created: daysAgo(60),
    },
    {
      id: 67_200,
      name: "BERYOZKA",
      status: 2,
      comment: 'Салон "Берёзка", закрыт',
      operators: { mtsStep: 4, megaStep: 255, tele2: 3 },
      created: daysAgo(55),
      changed: daysAgo(20),
      due: [],
    },
    { id: 68_001, name: "Q&A <Alma>", status: 1, comment: "Имя со знаками", created: daysAgo(30) },
    {
      id: 69_404,
      name: "NOVINKA",
      status: 0,
      comment: "На модерации",
      operators: { mtsStep: 0, tele2: 0 },
      files: [document(5006, "znak.rar", 0)],
      created: now - 4 * MINUTE,
      changed: now - 4 * MINUTE,
    },
    {
      id: 64_500,
      name: "PARTNER",
      status: 1,
      comment: "",
      subaccount: "demo-shop",
      operators: { mtsStep: 2 },
      created: daysAgo(40),
    },
    { id: 69_405, name: "PARTNER-2", status: 0, comment: "", subaccount: "demo-shop", created: now - MINUTE },
  ];
}
