// The public surface: every entry of the package exports it.

export type { TaskRow } from "../builders/row-builder.js";
export type {
  BelarusDetails,
  CallOptions,
  CsvDialect,
  CsvOptions,
  ErrorCode,
  HistoryPage,
  HistoryQuery,
  IterationOptions,
  IterationProgress,
  Message,
  NewSender,
  OperatorKey,
  RateLimitMode,
  Registrations,
  Sender,
  SenderCode,
  SenderCodeRequest,
  SenderEmail,
  SenderFile,
  SenderInput,
  SenderQuery,
  SenderUpdate,
  Task,
  TaskQuery,
  UkraineDetails,
  WaitEvent,
  WaitOptions,
} from "../core.js";
export type { FileProgress } from "../files/byte-source.js";
export { type CsvSource, parseCsv } from "../files/parse-csv.js";
export type { ReadOptions, TaskFile } from "../files/task-file.js";
export { type ErrorDetails, isSmscError, SmscError } from "../runtime/errors.js";
export { init, type WasmSource } from "../runtime/load.js";
export { version } from "../runtime/version.js";
export {
  type CodeTable,
  deliveryErrors,
  messageStatuses,
  messageTypes,
  operatorStatuses,
  senderStatuses,
  taskStatuses,
} from "./codes.js";
export type { History } from "./history.js";
export type { ItemIterator } from "./iteration.js";
export type { LimitRequest, LimitWindow, RateLimitDecision, RateLimiter, RateLimitFeedback } from "./limiter.js";
export type { SenderDetails, Senders } from "./senders.js";
export type * from "./smsc.js";
export { createClient } from "./smsc.js";
export type { DownloadOptions, RowsOptions, Tasks } from "./tasks.js";
export type {
  Credentials,
  Logger,
  Parameters,
  SenderChange,
  SenderContent,
  SenderDocument,
  SenderId,
  TaskFileId,
  TaskId,
} from "./types.js";
