import type { ComponentChildren } from "preact";

/** How good a status is. The badge's text says the same, so that nobody depends on the colour. */
export type Tone = "neutral" | "success" | "warning" | "danger" | "brand";

export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ComponentChildren }) {
  return (
    <wa-badge variant={tone} appearance="filled-outlined">
      {children}
    </wa-badge>
  );
}
