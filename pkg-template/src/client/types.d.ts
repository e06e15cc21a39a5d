import type { SenderUpdate } from "../core.js";
/** The credentials of an account: an API key, or a login with its password. */
export type Credentials = {
    apiKey: string;
    login?: undefined;
    password?: undefined;
} | {
    apiKey?: undefined;
    login: string;
    password: string;
};
/** Receives log lines; `console` is one. No line holds a credential. */
export interface Logger {
    debug?(message: string): void;
    info?(message: string): void;
    warn?(message: string): void;
    error?(message: string): void;
}
/** Parameters of a script, as the service's page names them. `true` is sent as `1`, `false` as `0`. */
export type Parameters = Record<string, string | number | bigint | boolean | undefined>;
/**
 * A document for the operators: jpg, tif, pdf, png, zip or rar, at most 3 MB. Bytes without a name get one by their
 * content.
 */
export type SenderDocument = File | Blob | ArrayBuffer | ArrayBufferView | {
    /** The content. */
    data: Blob | ArrayBuffer | ArrayBufferView;
    /** The file's name; its ending must match the content. */
    fileName: string;
    /** The media type. */
    type?: string;
};
/** What a sender name is registered with. */
export type SenderContent = Pick<SenderUpdate, "comment" | "registrations" | "document" | "documentInfo">;
/** A sender name, by its id or by itself. */
export type SenderId = {
    id: number | string | bigint;
    name?: undefined;
} | {
    id?: undefined;
    name: string;
};
/** A change of a sender name: `id` or `name` selects it, the other fields are new. */
export type SenderChange = SenderId & SenderUpdate;
/** A task's id. */
export type TaskId = number | string | bigint;
/** A task's file: by the task's id, or by the file's name. */
export type TaskFileId = {
    id: TaskId;
    name?: undefined;
} | {
    id?: undefined;
    name: string;
};
