/**
 * The SQLite database: the messages, and the state of each export. `libsql` is SQLite with the interface of better-sqlite3. Its
 * binaries are npm packages, so that its installation needs neither a compiler nor a download, also on Node.js 20.
 */
import Database from "libsql";
import { UsageError } from "./outcome.mjs";

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS exports (
    id            INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: messages refer to it
    query         TEXT NOT NULL,              -- JSON
    cursor        TEXT,                       -- continues after the stored pages; NULL before the first and after the last
    is_downloaded INTEGER NOT NULL DEFAULT 0, -- every page is stored
    is_finished   INTEGER NOT NULL DEFAULT 0  -- and the CSV file is written
  );
  CREATE TABLE IF NOT EXISTS messages (
    int_id      TEXT PRIMARY KEY, -- the service's id, which can exceed 64 bits
    export      INTEGER NOT NULL, -- the last export that contained the message
    sent_at     INTEGER NOT NULL, -- Unix seconds
    changed_at  INTEGER NOT NULL, -- last change of the status
    phone       TEXT NOT NULL,
    sender      TEXT NOT NULL,
    status      INTEGER NOT NULL,
    status_name TEXT NOT NULL,
    error       INTEGER,
    cost        TEXT NOT NULL,    -- a decimal, exact
    parts       INTEGER NOT NULL,
    type        INTEGER NOT NULL,
    country     TEXT NOT NULL,
    operator    TEXT NOT NULL,
    region      TEXT NOT NULL,
    text        TEXT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS messages_of_export ON messages (export, sent_at);
`;

/** The values of a message, by column. */
const toRow = (message, exportId) => ({
  // An id of the sender is unique only together with the phone.
  int_id: message.intId || `${message.id}/${message.phone}`,
  export: exportId,
  sent_at: message.sendTimestamp,
  changed_at: message.lastTimestamp,
  phone: message.phone,
  sender: message.senderId,
  status: message.status,
  status_name: message.statusName,
  error: message.err ?? null,
  cost: message.cost,
  parts: message.smsCnt,
  type: message.type,
  country: message.country,
  operator: message.operator,
  region: message.region,
  text: message.message,
});

const COLUMNS = Object.keys(toRow({}, 0));

/** A later export replaces a message, because its status may have changed. */
const STORE = `
  INSERT INTO messages (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map((column) => `@${column}`).join(", ")})
  ON CONFLICT (int_id) DO UPDATE SET ${COLUMNS.slice(1).map((column) => `${column} = excluded.${column}`)}`;

export class HistoryDatabase {
  #database;

  /** Opens the database, and keeps other processes out of it until it is closed. */
  constructor(file) {
    try {
      this.#database = new Database(file);
      // A killed process leaves a complete transaction or none; so does a power failure.
      this.#database.pragma("journal_mode = WAL");
      this.#database.pragma("synchronous = FULL");
      this.#database.pragma("locking_mode = EXCLUSIVE");
      this.#database.exec(SCHEMA);
    } catch (error) {
      const isBusy = String(error.code).startsWith("SQLITE_BUSY");
      throw new Error(`${file}: ${isBusy ? "another export uses this database" : error.message}`, { cause: error });
    }
  }

  /** Continues the interrupted export, or begins a new one. */
  openExport(query, restart) {
    // An export without a stored page has nothing to continue.
    this.#database.exec("DELETE FROM exports WHERE cursor IS NULL AND NOT is_downloaded");
    if (restart) this.#database.exec("DELETE FROM exports WHERE NOT is_finished");
    const text = JSON.stringify(query);
    const interrupted = this.#database.prepare("SELECT id, query FROM exports WHERE NOT is_finished").get();
    if (interrupted && interrupted.query !== text) throw otherQuery(JSON.parse(interrupted.query));
    if (interrupted) return new ExportJob(this.#database, interrupted.id, query, true);
    const { lastInsertRowid } = this.#database.prepare("INSERT INTO exports (query) VALUES (?)").run(text);
    return new ExportJob(this.#database, Number(lastInsertRowid), query, false);
  }

  close() {
    this.#database.close();
  }
}

function otherQuery({ start = "the first message", end = "the last", channel }) {
  return new UsageError(
    `The database has an interrupted export: ${start} to ${end}, channel ${channel}. ` +
      "Continue it with the same options, or begin again with --restart.",
  );
}

/** One export: its query, its position and its messages. */
class ExportJob {
  #database;
  #id;
  #query;
  #storePage;
  /** Whether an earlier process stored a part of it. */
  isResumed;

  constructor(database, id, query, isResumed) {
    this.#database = database;
    this.#id = id;
    this.#query = query;
    this.isResumed = isResumed;
    const store = database.prepare(STORE);
    const move = database.prepare("UPDATE exports SET cursor = ?, is_downloaded = ? WHERE id = ?");
    this.#storePage = database.transaction(({ messages, nextCursor }) => {
      for (const message of messages) store.run(toRow(message, id));
      move.run(nextCursor ?? null, nextCursor === undefined ? 1 : 0, id);
    });
  }

  /** The query that continues after the stored pages. */
  query() {
    const { cursor } = this.#database.prepare("SELECT cursor FROM exports WHERE id = ?").get(this.#id);
    return { ...this.#query, cursor: cursor ?? undefined };
  }

  /** Whether every page is stored. */
  isDownloaded() {
    const state = this.#database.prepare("SELECT is_downloaded FROM exports WHERE id = ?").get(this.#id);
    return state.is_downloaded === 1;
  }

  /** Stores a page and the position after it, or neither. */
  storePage(page) {
    this.#storePage(page);
  }

  countMessages() {
    return this.#database.prepare("SELECT COUNT(*) AS count FROM messages WHERE export = ?").get(this.#id).count;
  }

  /** The messages, newest first. */
  messages() {
    const order = "ORDER BY sent_at DESC, LENGTH(int_id) DESC, int_id DESC";
    return this.#database.prepare(`SELECT * FROM messages WHERE export = ? ${order}`).iterate(this.#id);
  }

  /** The number of messages and parts for each combination of status, operator, sender and cost. */
  groups() {
    const columns = "status, operator, sender, cost";
    const sums = "COUNT(*) AS messages, SUM(parts) AS parts";
    return this.#database
      .prepare(`SELECT ${columns}, ${sums} FROM messages WHERE export = ? GROUP BY ${columns}`)
      .all(this.#id);
  }

  finish() {
    this.#database.prepare("UPDATE exports SET is_finished = 1 WHERE id = ?").run(this.#id);
  }
}
