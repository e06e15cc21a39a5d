import type { OperatorKey, OperatorStatus, Sender, SenderFile, SenderStatus } from "smsc-wasm";

/** A sender name as the page requests it: with its status, operators and documents. */
export interface ListedSender extends Sender {
  readonly status: SenderStatus;
  readonly operators: Partial<Record<OperatorKey, OperatorStatus>>;
  readonly files: SenderFile[];
}
