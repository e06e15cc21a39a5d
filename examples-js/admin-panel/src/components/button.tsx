import type { ComponentChildren } from "preact";

interface Props {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly type?: "button" | "submit";
  readonly variant?: "neutral" | "brand" | "danger";
  readonly appearance?: "accent" | "filled" | "outlined" | "plain";
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
}

export function Button({
  children,
  onClick,
  type = "button",
  variant = "neutral",
  appearance,
  isBusy,
  isDisabled,
}: Props) {
  return (
    <wa-button
      type={type}
      variant={variant}
      appearance={appearance ?? (variant === "neutral" ? "outlined" : "accent")}
      size="s"
      loading={isBusy ?? false}
      disabled={isDisabled ?? false}
      onClick={() => onClick?.()}
    >
      {children}
    </wa-button>
  );
}
