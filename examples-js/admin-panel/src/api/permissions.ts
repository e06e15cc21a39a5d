/** The changing calls that the panel's server allows. */
import { signal } from "@preact/signals";

/** The methods of the panel that change the account. */
const CHANGING_METHODS = ["senders.add", "senders.sendCode", "senders.confirmCode", "senders.remove"] as const;
export type ChangingMethod = (typeof CHANGING_METHODS)[number];

const allowed = signal<"*" | readonly string[]>([]);

/** Loads `/panel.json`, for example `{ "allow": ["senders.add"] }` or `{ "allow": "*" }`. Without it, the panel is read-only. */
export async function loadPermissions(): Promise<void> {
  const response = await fetch("/panel.json").catch(() => undefined);
  const settings: unknown = response?.ok ? await response.json().catch(() => undefined) : undefined;
  allowed.value = readAllow(settings);
}

function readAllow(settings: unknown): "*" | readonly string[] {
  const allow = typeof settings === "object" && settings !== null && "allow" in settings ? settings.allow : [];
  if (allow === "*") return allow;
  return Array.isArray(allow) ? allow.filter((name) => typeof name === "string") : [];
}

/** Whether the server allows the call. The server decides; this only hides what it would refuse. */
export const isAllowed = (method: ChangingMethod): boolean => allowed.value === "*" || allowed.value.includes(method);

/** Whether the server allows no change at all. */
export const isReadOnly = (): boolean => !CHANGING_METHODS.some(isAllowed);
