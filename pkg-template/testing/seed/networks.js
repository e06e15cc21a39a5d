/** The mobile operators of the account's customers, by country. */

/** @import { Language } from "./texts.js" */

/**
 * @typedef {object} Network
 * @property {string} country
 * @property {string} operator
 * @property {string} mccmnc
 * @property {string} prefix First digits of the operator's numbers.
 * @property {string[]} regions
 * @property {Language[]} languages
 * @property {number} price Price of one part, in ten-thousandths of a rouble.
 */

const RUSSIA = [
  "г. Москва и Московская область",
  "г. Санкт-Петербург",
  "Свердловская обл.",
  "Республика Татарстан",
  "",
];
const UKRAINE = ["Київ", "Львівська обл.", ""];
const KAZAKHSTAN = ["Алматы", "Астана", ""];

/**
 * @param {string} operator
 * @param {string} mccmnc
 * @param {string} prefix
 * @param {number} price
 * @returns {Network}
 */
const russian = (operator, mccmnc, prefix, price) => ({
  country: "Россия",
  operator,
  mccmnc,
  prefix,
  price,
  regions: RUSSIA,
  languages: ["ru", "ru", "ru", "en"],
});

/** @type {Network[]} */
export const NETWORKS = [
  russian("МТС", "25001", "7916", 36_000),
  russian("МегаФон", "25002", "7926", 41_500),
  russian("Билайн", "25099", "7903", 38_900),
  russian("Tele2", "25020", "7952", 33_000),
  russian("МОТИВ", "25035", "7904", 29_500),
  russian("СберМобайл", "25050", "7958", 31_000),
  russian("Win mobile", "25032", "7978", 42_125),
  russian("Волна мобайл", "25060", "7979", 42_125),
  {
    country: "Украина",
    operator: "Kyivstar",
    mccmnc: "25503",
    prefix: "38067",
    price: 62_500,
    regions: UKRAINE,
    languages: ["uk", "uk", "ru"],
  },
  {
    country: "Украина",
    operator: "Vodafone",
    mccmnc: "25501",
    prefix: "38050",
    price: 61_000,
    regions: UKRAINE,
    languages: ["uk"],
  },
  {
    country: "Украина",
    operator: "lifecell",
    mccmnc: "25506",
    prefix: "38063",
    price: 60_750,
    regions: UKRAINE,
    languages: ["uk", "en"],
  },
  {
    country: "Казахстан",
    operator: "Kcell",
    mccmnc: "40102",
    prefix: "7701",
    price: 78_000,
    regions: KAZAKHSTAN,
    languages: ["kk", "kk", "ru"],
  },
  {
    country: "Казахстан",
    operator: "Beeline",
    mccmnc: "40101",
    prefix: "7777",
    price: 77_250,
    regions: KAZAKHSTAN,
    languages: ["kk", "ru"],
  },
  {
    country: "Казахстан",
    operator: "Tele2/Altel",
    mccmnc: "40177",
    prefix: "7707",
    price: 74_000,
    regions: KAZAKHSTAN,
    languages: ["kk", "en"],
  },
  {
    country: "Беларусь",
    operator: "A1",
    mccmnc: "25701",
    prefix: "37529",
    price: 95_000,
    regions: ["Минск", ""],
    languages: ["ru", "ru", "en"],
  },
  {
    country: "Беларусь",
    operator: "МТС",
    mccmnc: "25702",
    prefix: "37533",
    price: 94_300,
    regions: ["Минск", ""],
    languages: ["ru"],
  },
];
