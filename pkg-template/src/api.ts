export { type CommandOptions, createClient, type Parameters, type Smsc } from "./client.js";
export {
  type CodeTable,
  deliveryErrors,
  messageStatuses,
  messageTypes,
  operatorStatuses,
  senderStatuses,
  taskStatuses,
} from "./codes.js";
export type { CallOptions, ClientOptions, Credentials, Logger, OnLimit, Wait } from "./context.js";
export type {
  BelarusDetails,
  CsvOptions,
  ErrorCode,
  HistoryPage,
  HistoryQuery,
  Message,
  NewSender,
  OperatorKey,
  RateLimit,
  Registrations,
  Sender,
  SenderCode,
  SenderCodeRequest,
  SenderContent,
  SenderFile,
  SenderQuery,
  Task,
  TaskQuery,
  UkraineDetails,
} from "./core.js";
export { type ErrorDetails, isSmscError, SmscError } from "./errors.js";
export type { ReadOptions, TaskFile } from "./file.js";
export type { History } from "./history.js";
export type { LimitAnswer, Limiter, LimitHold, LimitRequest, LimitWindow } from "./limiter.js";
export { init, type WasmSource } from "./load.js";
export { type CsvSource, parseCsv } from "./parse-csv.js";
export type { CsvForm, TaskRow } from "./rows.js";
export type { SenderChange, SenderDocument, SenderId, SenderInput, Senders } from "./senders.js";
export type { TaskId } from "./task-search.js";
export type { WaitOptions } from "./task-watch.js";
export type { DownloadOptions, RowsOptions, TaskFileId, Tasks } from "./tasks.js";
export type { FileProgress } from "./unpack.js";
export { version } from "./version.js";
export type { WalkOptions, WalkProgress } from "./walk.js";
