import type { CsvDialect, CsvOptions } from "../core.js";
import type { ByteSource, FileProgress } from "./byte-source.js";

/** Callbacks of a reading, and the endpoint that its errors name. */
export interface ReadingHooks {
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
  /** Called when the dialect is known, and again if later bytes change it. */
  readonly onDialect?: ((dialect: CsvDialect) => void) | undefined;
  /** Called when the reading ends, at the end of the file or before. */
  readonly onEnd?: (() => void) | undefined;
  readonly endpoint?: string | undefined;
}

/** A file, and what is known of it. */
export interface CsvInput {
  readonly open: () => ByteSource | Promise<ByteSource>;
  /** The known part of the dialect, and the columns to read. */
  readonly options: CsvOptions & { select?: unknown };
  readonly hooks: ReadingHooks;
}
