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
