/**
 * The live account, which the scripts and the tests read and change. Lists are generated on first access, and due events are
 * applied on each read.
 */

import { completeMessage, makeMessages } from "./seed/messages.js";
import { makeSenders } from "./seed/senders.js";
import { makeTasks } from "./seed/tasks.js";
import { advanceSender, completeSender } from "./sender-lifecycle.js";
import { advanceTask, completeTask } from "./task-lifecycle.js";

/** @import { EmulatorMessage, EmulatorSeed, EmulatorSender, EmulatorState, EmulatorTask } from "./types.js" */

const DEFAULT_MESSAGES = 3000;

/**
 * @param {EmulatorSeed} seed
 * @param {() => number} now
 * @returns {EmulatorState}
 */
export function createAccount(seed, now) {
  const random = seed.random ?? 1;
  const started = now();
  const messages = lazyList(() => {
    const given = seed.messages ?? DEFAULT_MESSAGES;
    if (typeof given === "number") return makeMessages(given, { now: started, random });
    /** @type {EmulatorMessage[]} */
    const list = [];
    for (const message of given) list.push(completeMessage(message, list, started));
    return list;
  });
  const senders = lazyList(() => {
    /** @type {EmulatorSender[]} */
    const list = [];
    for (const sender of seed.senders ?? makeSenders(started)) list.push(completeSender(sender, list, started));
    return list;
  });
  const tasks = lazyList(() => {
    /** @type {EmulatorTask[]} */
    const list = [];
    for (const task of seed.tasks ?? makeTasks(started, random)) list.push(completeTask(task, list, started));
    return list;
  });
  // Computed before any list is generated, so that every sub-account that owns a seeded name exists.
  const subaccounts = (seed.senders ?? []).flatMap((sender) => (sender.user === undefined ? [] : [sender.user]));

  return {
    login: seed.login ?? "demo",
    password: seed.password ?? "demo",
    apiKey: seed.apiKey ?? "demo-key",
    balance: "1834.5",
    currency: "RUR",
    get messages() {
      return messages.get();
    },
    set messages(list) {
      messages.set(list);
    },
    get senders() {
      const list = senders.get();
      for (const sender of list) advanceSender(sender, now());
      return list;
    },
    set senders(list) {
      senders.set(list);
    },
    get tasks() {
      const list = tasks.get();
      for (const task of list) advanceTask(task, now());
      return list;
    },
    set tasks(list) {
      tasks.set(list);
    },
    codes: [],
    subaccounts: [...new Set(["demo-shop", ...subaccounts])],
    undeliverable: ["79990000008"],
    blockedUntil: 0,
    addMessage(message) {
      const added = completeMessage(message, messages.get(), now());
      messages.get().push(added);
      return added;
    },
    addSender(sender) {
      const added = completeSender(sender, senders.get(), now());
      senders.get().push(added);
      return added;
    },
    addTask(task) {
      const added = completeTask(task, tasks.get(), now());
      tasks.get().push(added);
      return added;
    },
  };
}

/**
 * @template T
 * @param {() => T[]} make
 */
function lazyList(make) {
  /** @type {T[] | undefined} */
  let list;
  return {
    get: () => {
      list ??= make();
      return list;
    },
    /** @param {T[]} value */
    set: (value) => {
      list = value;
    },
  };
}
