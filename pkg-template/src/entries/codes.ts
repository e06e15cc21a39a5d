/** `smsc-wasm/codes`: the texts of all codes, in English, Russian, Ukrainian and Kazakh. */
export { en } from "../codes/codes-en.js";
export { kk } from "../codes/kk.js";
export { ru } from "../codes/ru.js";
export type * from "../codes/types.js";
export { uk } from "../codes/uk.js";
