import type { CsvDialect, CsvOptions } from "../core.js";
import type { ByteSource, FileProgress } from "./byte-source.js";

/** Callbacks of a reading, and the endpoint that its errors name. */
export interface ReadingHooks {
  readonly onProgress?: ((progress: FileProgress) => void) | undefined;
  /** Called when the dialect is known, and again if later bytes change it. */
  readonly onDialect?: ((dialect: CsvDialect) => void) | undefined;
  /** Called when the reading is over, perhaps more than once. Gives up the file if it was not opened. */
  readonly giveUpUnopened?: ((error?: unknown) => void) | undefined;
  readonly endpoint?: string | undefined;
  /** Ends the wait for what reads the file. The source itself heeds it, too. */
  readonly signal?: AbortSignal | undefined;
}

/** A file, and what is known of it. */
export interface CsvInput {
  readonly open: () => ByteSource | Promise<ByteSource>;
  /** The known part of the dialect, and the columns to read. */
  readonly options: CsvOptions & { select?: unknown };
  readonly hooks: ReadingHooks;
}
