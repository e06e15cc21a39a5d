/** The texts in the chosen language. */
import { computed, effect, signal } from "@preact/signals";
import { type CodeTables, en as enCodes, kk as kkCodes, ru as ruCodes, uk as ukCodes } from "smsc-wasm/codes";
import { readSetting, writeSetting } from "../settings.ts";
import { en } from "./en.ts";
import { kk } from "./kk.ts";
import { ru } from "./ru.ts";
import { uk } from "./uk.ts";

/** The same structure with the texts of any language. */
type InAnyLanguage<T> = T extends string
  ? string
  : T extends (...values: infer Values) => string
    ? (...values: Values) => string
    : { readonly [Key in keyof T]: InAnyLanguage<T[Key]> };

export type Texts = InAnyLanguage<typeof en>;

const LANGUAGES = { en, ru, uk, kk } as const satisfies Record<string, Texts>;
export type Language = keyof typeof LANGUAGES;

const CODES: Readonly<Record<Language, CodeTables>> = { en: enCodes, ru: ruCodes, uk: ukCodes, kk: kkCodes };

/** The languages by their own names. */
export const languageNames: Readonly<Record<Language, string>> = {
  en: "English",
  ru: "Русский",
  uk: "Українська",
  kk: "Қазақша",
};

const isLanguage = (name: string | undefined): name is Language => name !== undefined && name in LANGUAGES;

/** The stored language, or the first known one of the browser's. */
function initialLanguage(): Language {
  const wanted = [readSetting("language"), ...navigator.languages.map((tag) => tag.split("-")[0])];
  return wanted.find(isLanguage) ?? "en";
}

export const language = signal<Language>(initialLanguage());

export function setLanguage(name: string): void {
  if (!isLanguage(name)) return;
  writeSetting("language", name);
  language.value = name;
}

/** The panel's texts. */
export const texts = computed<Texts>(() => LANGUAGES[language.value]);

/** The texts of the service's codes. */
export const codeTexts = computed<CodeTables>(() => CODES[language.value]);

effect(() => {
  // Web Awesome and screen readers use it.
  document.documentElement.lang = language.value;
});
