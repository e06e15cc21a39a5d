/** Light or dark colours: as the system, or as the visitor chose. */
import { computed, effect, signal } from "@preact/signals";
import { readSetting, writeSetting } from "./settings.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

const isTheme = (name: string | undefined): name is Theme => THEMES.some((theme) => theme === name);

const stored = readSetting("theme");
export const theme = signal<Theme>(isTheme(stored) ? stored : "system");

export function setTheme(name: string): void {
  if (!isTheme(name)) return;
  writeSetting("theme", name);
  theme.value = name;
}

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const isSystemDark = signal(systemIsDark.matches);
systemIsDark.addEventListener("change", ({ matches }) => {
  isSystemDark.value = matches;
});

export const isDark = computed(() => theme.value === "dark" || (theme.value === "system" && isSystemDark.value));

effect(() => {
  document.documentElement.classList.toggle("wa-dark", isDark.value);
});
