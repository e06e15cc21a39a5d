import type { ComponentChildren } from "preact";

interface Props {
  readonly tone: "neutral" | "success" | "warning" | "danger" | "brand";
  readonly children: ComponentChildren;
}

/** A message to the user. Screen readers read it when it appears. */
export function Callout({ tone, children }: Props) {
  return (
    <wa-callout variant={tone} size="s" role={tone === "danger" ? "alert" : "status"}>
      {children}
    </wa-callout>
  );
}
