/**
 * The live account, which the scripts and the tests read and change. Lists are generated on first access, and due events are
 * applied on each read.
 */

import { checkAdded } from "./checked-array.js";
import { copyDeep } from "./copy.js";
import { completeMessage, makeMessages } from "./seed/messages.js";
import { makeSenders } from "./seed/senders.js";
import { makeTasks } from "./seed/tasks.js";
import { checkMessage, checkSender, checkTask } from "./seed-schema.js";
import { advanceSender, completeSender } from "./sender-lifecycle.js";
import { advanceTask, completeTask } from "./task-lifecycle.js";
import { list } from "./validate.js";

/** @import { EmulatorMessage, EmulatorSeed, EmulatorSender, EmulatorState, EmulatorTask } from "./types.js" */
/** @import { MessageSeed, SenderSeed, TaskSeed } from "./types.js" */
/** @import { Check } from "./validate.js" */

const DEFAULT_MESSAGES = 3000;

/**
 * @typedef {object} Account
 * @property {EmulatorState} state The same object for the emulator's whole life.
 * @property {() => void} reset Restores the initial state.
 */

/**
 * @param {EmulatorSeed} seed Validated.
 * @param {() => number} now
 * @returns {Account}
 */
export function createAccount(seed, now) {
  const random = seed.random ?? 1;
  let started = now();

  /** @type {LazyList<EmulatorMessage, MessageSeed>} */
  const messages = createList(completeMessage, checkMessage, now, () => {
    const given = seed.messages ?? DEFAULT_MESSAGES;
    return typeof given === "number"
      ? makeMessages(given, { now: started, random })
      : completeAll(completeMessage, given, started);
  });
  /** @type {LazyList<EmulatorSender, SenderSeed>} */
  const senders = createList(completeSender, checkSender, now, () =>
    completeAll(completeSender, seed.senders ?? makeSenders(started), started),
  );
  /** @type {LazyList<EmulatorTask, TaskSeed>} */
  const tasks = createList(completeTask, checkTask, now, () =>
    completeAll(completeTask, seed.tasks ?? makeTasks(started, random), started),
  );

  /** @type {EmulatorState} */
  const state = {
    ...initialFields(seed),
    get messages() {
      return messages.get();
    },
    set messages(given) {
      messages.set(given, "messages");
    },
    get senders() {
      const current = senders.get();
      for (const sender of current) advanceSender(sender, now());
      return current;
    },
    set senders(given) {
      senders.set(given, "senders");
    },
    get tasks() {
      const current = tasks.get();
      for (const task of current) advanceTask(task, now());
      return current;
    },
    set tasks(given) {
      tasks.set(given, "tasks");
    },
    addMessage: messages.add,
    addSender: senders.add,
    addTask: tasks.add,
  };

  return {
    state,
    reset() {
      started = now();
      for (const { clear } of [messages, senders, tasks]) clear();
      delete state.credit;
      Object.assign(state, initialFields(seed));
    },
  };
}

/**
 * The fields of the state that are plain values.
 *
 * @param {EmulatorSeed} seed
 */
const initialFields = (seed) => ({
  login: seed.login ?? "demo",
  password: seed.password ?? "demo",
  apiKey: seed.apiKey ?? "demo-key",
  balance: "1834.5",
  currency: "RUR",
  codes: [],
  subaccounts: [...new Set(["demo-shop", ...(seed.senders ?? []).flatMap(({ subaccount }) => subaccount ?? [])])],
  undeliverable: ["79990000008"],
  blockedUntil: 0,
});

/**
 * Adds default values for the missing fields of an item.
 *
 * @template T
 * @template S
 * @typedef {(given: S, others: T[], now: number) => T} Complete
 */

/**
 * @template T
 * @template S
 * @param {Complete<T, S>} complete
 * @param {readonly S[]} given
 * @param {number} now
 * @returns {T[]}
 */
function completeAll(complete, given, now) {
  /** @type {T[]} */
  const items = [];
  for (const item of given) items.push(complete(copyDeep(item), items, now));
  return items;
}

/**
 * @template T
 * @template S
 * @typedef {object} LazyList
 * @property {() => T[]} get Makes the list on first access.
 * @property {(given: readonly S[], path: string) => void} set Replaces the list.
 * @property {(given: S) => T} add
 * @property {() => void} clear Makes the list anew on the next access.
 */

/**
 * @template {object} T
 * @template S
 * @param {Complete<T, S>} complete
 * @param {(given: S, path?: string, required?: readonly string[]) => void} check
 * @param {() => number} now
 * @param {() => T[]} make
 * @returns {LazyList<T, S>}
 */
function createList(complete, check, now, make) {
  const required = Object.keys(complete(/** @type {S} */ ({}), [], 0));
  /** @type {(item: T) => void} */
  const checkComplete = (item) => check(/** @type {any} */ (item), undefined, required);
  /** @type {T[] | undefined} */
  let items;
  const get = () => {
    items ??= checkAdded(make(), checkComplete);
    return items;
  };
  return {
    get,
    set(given, path) {
      list(/** @type {Check} */ (check))(given, path);
      items = checkAdded(completeAll(complete, given, now()), checkComplete);
    },
    add(given) {
      check(given);
      const added = complete(copyDeep(given), get(), now());
      get().push(added);
      return added;
    },
    clear() {
      items = undefined;
    },
  };
}
