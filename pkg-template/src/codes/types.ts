// The codes of the service as types. Each type lists the documented values and accepts others, because the service adds codes.
import type { KnownOperatorKey } from "../core.js";

type KnownMessageStatus = -3 | -2 | -1 | 0 | 1 | 2 | 3 | 4 | 20 | 22 | 23 | 24 | 25;

type KnownDeliveryError =
  | (0 | 1 | 6 | 11 | 12 | 13 | 21)
  | (200 | 219 | 220 | 240 | 241 | 242 | 245 | 246 | 247 | 248 | 249 | 250 | 251 | 252 | 253 | 254 | 255);

type KnownMessageType = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 10 | 12;

type KnownSenderStatus = 0 | 1 | 2;

type KnownOperatorStatus = 0 | 1 | 2 | 3 | 4 | 5 | 8 | 9 | 255;

type KnownFileStatus = 0 | 1 | 2;

type KnownTaskStatus = 0 | 1 | 2 | 3 | 4;

/** `status` of a message: 1 is delivered. `messageStatuses` has the meanings. */
export type MessageStatus = KnownMessageStatus | (number & {});

/** `err` of a message: why it was not delivered. `deliveryErrors` has the meanings. */
export type DeliveryError = KnownDeliveryError | (number & {});

/** `type` of a message: 0 is SMS. `messageTypes` has the meanings. */
export type MessageType = KnownMessageType | (number & {});

/** `status` of a sender name: 1 is approved. `senderStatuses` has the meanings. */
export type SenderStatus = KnownSenderStatus | (number & {});

/** Status of a sender name at an operator: 2 is approved. `operatorStatuses` has the meanings. */
export type OperatorStatus = KnownOperatorStatus | (number & {});

/** `status` of a document for the operators: 2 is approved. `fileStatuses` has the meanings. */
export type FileStatus = KnownFileStatus | (number & {});

/** `status` of a deferred task: 2 is done. `taskStatuses` has the meanings. */
export type TaskStatus = KnownTaskStatus | (number & {});

/** An operator, or a country's tariff, at which a sender name has a separate status. `operatorNames` has the names. */
export type OperatorKey = KnownOperatorKey | (string & {});

/** The texts of the documented codes. Another code of the same type has no text: `undefined`. */
export type CodeTable<Code extends number | string> = Readonly<Record<Code, string>> & {
  readonly [code in Code extends number ? number : string]: string | undefined;
};

/** The texts of all codes in one language. */
export interface CodeTables {
  /** `status` of a message. */
  readonly messageStatuses: CodeTable<KnownMessageStatus>;
  /** `err` of a message: why it was not delivered. */
  readonly deliveryErrors: CodeTable<KnownDeliveryError>;
  /** `type` of a message. */
  readonly messageTypes: CodeTable<KnownMessageType>;
  /** `status` of a sender name. */
  readonly senderStatuses: CodeTable<KnownSenderStatus>;
  /** Status of a sender name at an operator. */
  readonly operatorStatuses: CodeTable<KnownOperatorStatus>;
  /** `status` of a document for the operators. */
  readonly fileStatuses: CodeTable<KnownFileStatus>;
  /** `status` of a deferred task. */
  readonly taskStatuses: CodeTable<KnownTaskStatus>;
  /** Operators and countries' tariffs, by the keys of `operators` and `registrations`. */
  readonly operatorNames: CodeTable<KnownOperatorKey>;
}
