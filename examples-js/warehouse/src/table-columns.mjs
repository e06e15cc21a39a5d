/** The columns of an exported table that a query names or needs. */
import { UsageError } from "./outcome.mjs";
import { sendingOf } from "./sending.mjs";
import { titleOf } from "./titles.mjs";

/** The words of `--by` for columns of the messages with another name, and the column of `day` and `month`. */
const MESSAGE_COLUMNS = new Map([
  ["sender", "senderId"],
  ["date", "sendTimestamp"],
]);

const unknownColumn = (name, names) =>
  new UsageError(`Unknown column "${name}". Groups are day, month and the columns: ${names.join(", ")}.`);

export class TableColumns {
  #types;
  #names;
  #isTask;

  /** @param {Map<string, string>} types The type of each column. */
  constructor(types, isTask) {
    this.#types = types;
    this.#names = [...types.keys()];
    this.#isTask = isTask;
  }

  /** The column of that name, in any case. */
  named(name) {
    return this.#find(name) ?? this.#known(name) ?? this.#fail(name);
  }

  /** The time of the sending: of the named column, or by default of the known one. */
  sending(name) {
    const column = name === undefined ? this.#known("date") : (this.#find(name) ?? this.#fail(name));
    if (column === undefined) throw new UsageError("No column is known to be the date. Name it: --date <title>.");
    return sendingOf(column, this.#types.get(column));
  }

  /** The column of the costs; `undefined` if no column has decimals. */
  cost() {
    return this.#names.find((name) => this.#types.get(name).startsWith("DECIMAL"));
  }

  #find(name) {
    return this.#names.find((column) => column.toLowerCase() === name.toLowerCase());
  }

  #known(word) {
    return this.#isTask ? titleOf(word, this.#names) : MESSAGE_COLUMNS.get(word);
  }

  #fail(name) {
    throw unknownColumn(name, this.#names);
  }
}
