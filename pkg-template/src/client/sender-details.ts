import type { Sender } from "../core.js";

/** A flag of a query. */
export type Flag = boolean | undefined;

/** The fields of a query that add details to sender names. */
export interface SenderDetails<All extends Flag, Operators extends Flag, Files extends Flag> {
  /** Every name, not only the activated ones; adds `status`. */
  all?: All;
  /** Adds the status at each operator. */
  operators?: Operators;
  /** Adds the documents that were sent. */
  files?: Files;
}

type Present<Key extends keyof Sender> = { [K in Key]-?: NonNullable<Sender[K]> };

/** A sender name with the details that its query asked for. */
export type SenderWith<All extends Flag, Operators extends Flag, Files extends Flag> = Sender &
  ([All] extends [true] ? Present<"status"> : unknown) &
  ([Operators] extends [true] ? Present<"operators"> : unknown) &
  ([Files] extends [true] ? Present<"files"> : unknown);

/** The same names. The service omits details of which a name has none: they become empty. */
export function withDetails<All extends Flag, Operators extends Flag, Files extends Flag>(
  senders: Sender[],
  query: { operators?: unknown; files?: unknown } | undefined,
): SenderWith<All, Operators, Files>[] {
  const { operators, files } = query ?? {};
  for (const sender of senders) {
    if (operators === true) sender.operators ??= {};
    if (files === true) sender.files ??= [];
  }
  return senders as SenderWith<All, Operators, Files>[];
}
