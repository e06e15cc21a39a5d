/** Numbers, sizes and times in the chosen language. */
import { computed } from "@preact/signals";
import { language } from "./texts.ts";

/** The service's time, UTC+3 all year. */
export const SERVICE_OFFSET_SECONDS = 3 * 3600;
const SERVICE_TIME_ZONE = "Europe/Moscow";

const formats = computed(() => ({
  number: new Intl.NumberFormat(language.value),
  money: new Intl.NumberFormat(language.value, { minimumFractionDigits: 2, maximumFractionDigits: 5 }),
  percent: new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 1 }),
  time: new Intl.DateTimeFormat(language.value, {
    dateStyle: "short",
    timeStyle: "short",
    timeZone: SERVICE_TIME_ZONE,
  }),
  fullTime: new Intl.DateTimeFormat(language.value, {
    dateStyle: "long",
    timeStyle: "medium",
    timeZone: SERVICE_TIME_ZONE,
  }),
  day: new Intl.DateTimeFormat(language.value, { day: "numeric", month: "short", timeZone: "UTC" }),
  month: new Intl.DateTimeFormat(language.value, { month: "short", year: "numeric", timeZone: "UTC" }),
}));

export const formatNumber = (value: number): string => formats.value.number.format(value);
export const formatShare = (share: number): string => formats.value.percent.format(share);

/** Decimal text, such as the sum of costs: `Intl` takes it without loss. */
export const formatMoney = (decimal: string): string =>
  formats.value.money.format(decimal as Intl.StringNumericLiteral);

/** A time in Unix seconds, to the minute, in the service's time. */
export const formatTime = (seconds: number): string => formats.value.time.format(seconds * 1000);
export const formatFullTime = (seconds: number): string => `${formats.value.fullTime.format(seconds * 1000)} (UTC+3)`;

/** The first second of a day or month, in Unix seconds of UTC. */
export const formatDay = (seconds: number): string => formats.value.day.format(seconds * 1000);
export const formatMonth = (seconds: number): string => formats.value.month.format(seconds * 1000);

/** Minutes and seconds: `"1:05"`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${formatNumber(bytes)} B`;
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, "kB"] : [bytes / 1e6, "MB"];
  return `${formatNumber(Math.round(value * 10) / 10)} ${unit}`;
}
