import type { Message } from "../core.js";
import type { messageSchema } from "../message-schema.js";

/** The name of a field of a message, and of its column. */
export type MessageField = Exclude<keyof Message, "extra">;

/** Columns of messages: numbers for integers, otherwise texts. An id can exceed 2^53, so that its column can be texts. */
export type MessageColumns<Field extends MessageField> = {
  [K in Field]: (typeof messageSchema)[K]["type"] extends "integer"
    ? K extends "id"
      ? Float64Array | string[]
      : Float64Array
    : string[];
};
