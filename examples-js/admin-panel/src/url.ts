/** The page's address: which page is shown, and with which filters. */
import { computed, signal } from "@preact/signals";

export const PAGES = ["history", "senders", "tasks"] as const;
export type PageName = (typeof PAGES)[number];

const isPage = (name: string | null): name is PageName => PAGES.some((page) => page === name);

export const search = signal(location.search);
addEventListener("popstate", () => {
  search.value = location.search;
});

/** The parameters of the address. */
export const parameters = computed(() => new URLSearchParams(search.value));

export const page = computed<PageName>(() => {
  const name = parameters.value.get("page");
  return isPage(name) ? name : "history";
});

/** The address of a page, relative to the panel. Empty parameters are left out. */
export function hrefOf(name: PageName, values: Readonly<Record<string, string>> = {}): string {
  const given = Object.entries(values).filter(([, value]) => value !== "");
  return `?${new URLSearchParams([["page", name], ...given])}`;
}

/** Shows another page, which the browser's Back button leaves again. */
export function navigate(href: string): void {
  if (href === location.search) return;
  history.pushState(undefined, "", href);
  search.value = location.search;
}
