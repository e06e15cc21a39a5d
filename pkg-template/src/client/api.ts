// The public surface: every entry of the package exports it.

export type { ColumnBatch, Columns } from "../builders/columns.js";
export type { RowOf, TaskRow } from "../builders/row-builder.js";
export {
  deliveryErrors,
  fileStatuses,
  messageStatuses,
  messageTypes,
  operatorNames,
  operatorStatuses,
  senderStatuses,
  taskStatuses,
} from "../codes/codes-en.js";
export type {
  CodeTable,
  CodeTables,
  DeliveryError,
  FileStatus,
  MessageStatus,
  MessageType,
  OperatorKey,
  OperatorStatus,
  SenderStatus,
  TaskStatus,
} from "../codes/types.js";
export type {
  BelarusDetails,
  CallOptions,
  Channel,
  Compression,
  CsvDialect,
  CsvOptions,
  ErrorCode,
  HistoryPage,
  HistoryQuery,
  IterationOptions,
  IterationProgress,
  Message,
  NewSender,
  RateLimitMode,
  Region,
  Registrations,
  RequestEvent,
  ResponseEvent,
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
  WaitReason,
} from "../core.js";
export type { FileProgress } from "../files/byte-source.js";
export { type CsvSource, type ParseCsv, parseCsv, type SelectOption } from "../files/parse-csv.js";
export type { ReadOptions } from "../files/read-options.js";
export type { TaskFile } from "../files/task-file.js";
export { type MessageFieldSchema, messageSchema } from "../message-schema.js";
export { isSmscError, SmscError } from "../runtime/errors.js";
export { init, type WasmSource } from "../runtime/load.js";
export { version } from "../runtime/version.js";
export { sumCosts } from "./costs.js";
export type { History } from "./history.js";
export type { ItemIterator } from "./iteration.js";
export type { LimitRequest, LimitWindow, RateLimitDecision, RateLimiter, RateLimitFeedback } from "./limiter.js";
export type { MessageColumns, MessageField } from "./message-columns.js";
export type { Authentication, ClientOptions, ClientSettings, Credentials, ServiceAddress } from "./options.js";
export type { SenderDetails, SenderWith } from "./sender-details.js";
export type { Senders } from "./senders.js";
export type * from "./smsc.js";
export { createClient } from "./smsc.js";
export {
  decodeHistory,
  decodeSenders,
  decodeTasks,
  type ResponseFormat,
  type StoredMessage,
  type StoredSenders,
} from "./stored-responses.js";
export type { DownloadOptions, RowsOptions, Tasks } from "./tasks.js";
export type {
  Logger,
  Parameters,
  SenderChange,
  SenderContent,
  SenderDocument,
  SenderId,
  TaskFileId,
  TaskId,
} from "./types.js";
