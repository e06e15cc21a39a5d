interface Props {
  readonly label: string;
  /** 0 to 1; absent while the length is not known. */
  readonly share?: number | undefined;
}

export function Progress({ label, share }: Props) {
  return (
    <wa-progress-bar
      label={label}
      indeterminate={share === undefined}
      value={share === undefined ? 0 : Math.round(share * 100)}
    />
  );
}
