// Types of what only JavaScript can hold, or that say more than one struct of the core can.
import type { SenderUpdate } from "../core.js";
import type { IfKnown, PlatformBlob, PlatformFile } from "./platform.js";

/**
 * Receives log lines, each with fields such as `callId`, `method` and `attempt`; `console` is one. No line holds a credential or a
 * parameter of a request. Exceptions have no effect.
 */
export interface Logger {
  /** Each attempt, when it is sent and when it is answered. */
  debug?: (message: string, fields: Record<string, unknown>) => void;
  /** Each failed attempt, and each wait. */
  info?: (message: string, fields: Record<string, unknown>) => void;
  /** The client's first wait for the service's rate limits, and failures of a `rateLimiter` that fail no call. */
  warn?: (message: string, fields: Record<string, unknown>) => void;
  /** Failures of `smsc-wasm/proxy` that its responses do not explain. */
  error?: (message: string, fields: Record<string, unknown>) => void;
}

/** Parameters of a script, as the service's page names them. `true` is sent as `1`, `false` as `0`. */
export type Parameters = Record<string, string | number | bigint | boolean | undefined>;

/**
 * A document for the operators: jpg, tif, pdf, png, zip or rar, at most 3 MiB. Bytes without a name get one by their
 * content.
 */
export type SenderDocument =
  | IfKnown<PlatformFile>
  | IfKnown<PlatformBlob>
  | ArrayBuffer
  | ArrayBufferView
  | {
      /** The content. */
      data: IfKnown<PlatformBlob> | ArrayBuffer | ArrayBufferView;
      /** The file's name; its ending must match the content. */
      fileName: string;
      /** The media type. */
      type?: string;
    };

/** What a sender name is registered with. */
export type SenderContent = Pick<SenderUpdate, "comment" | "registrations" | "document" | "documentInfo">;

/** A sender name, by its id or by itself. */
export type SenderId =
  | {
      /** The id of the sender name, given by the service. */
      id: number | string | bigint;
      /** Absent with an id. */
      name?: undefined;
    }
  | {
      /** Absent with a name. */
      id?: undefined;
      /** The sender name itself. */
      name: string;
    };

/** A change of a sender name: `id` or `name` selects it, the other fields are new. */
export type SenderChange = SenderId & SenderUpdate;

/** A task's id. */
export type TaskId = number | string | bigint;

/** A task's file: by the task's id, or by the file's name. */
export type TaskFileId =
  | {
      /** The id of the task, given by the service. */
      id: TaskId;
      /** Absent with an id. */
      name?: undefined;
    }
  | {
      /** Absent with a name. */
      id?: undefined;
      /** The name of the task's file, as `file` of the task gives it. */
      name: string;
    };
