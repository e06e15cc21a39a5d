/** The messages of a query, loaded a page at a time. */
import { computed, signal } from "@preact/signals";
import type { HistoryPage, HistoryQuery, Message } from "smsc-wasm";
import { runCall } from "../api/run-call.ts";

export class MessageList {
  /** The messages so far, newest first. */
  readonly messages = signal<readonly Message[]>([]);
  readonly isLoading = signal(false);
  /** Whether the last message has been loaded. */
  readonly isComplete = signal(false);
  readonly error = signal<unknown>(undefined);
  /** Whether `loadMore` has something to do. After an error, the user decides. */
  readonly canContinue = computed(
    () => !this.isLoading.value && !this.isComplete.value && this.error.value === undefined,
  );

  readonly #query: HistoryQuery;
  #cursor: string | undefined;
  #controller: AbortController | undefined;

  constructor(query: HistoryQuery) {
    this.#query = query;
  }

  /** Loads one page. Does nothing while another one loads. */
  loadMore(): Promise<void> {
    return this.#load(async (options) => {
      await this.#loadPage(options);
    });
  }

  /** Loads all pages. */
  loadAll(): Promise<void> {
    return this.#load(async (options) => {
      while (!this.isComplete.peek()) await this.#loadPage(options);
    });
  }

  /** Cancels the loading. The loaded messages stay. */
  cancel(): void {
    this.#controller?.abort();
  }

  async #load(run: (controller: AbortController) => Promise<void>): Promise<void> {
    if (this.isLoading.peek() || this.isComplete.peek()) return;
    const controller = new AbortController();
    this.#controller = controller;
    this.error.value = undefined;
    this.isLoading.value = true;
    try {
      await run(controller);
    } catch (error) {
      this.error.value = error;
    } finally {
      this.isLoading.value = false;
    }
  }

  async #loadPage(controller: AbortController): Promise<void> {
    const query = { ...this.#query, cursor: this.#cursor };
    const page = await runCall(async (client, options): Promise<HistoryPage> => {
      for await (const first of client.history.pages(query, options)) return first;
      return { messages: [] };
    }, controller);
    this.#cursor = page.nextCursor;
    this.messages.value = [...this.messages.peek(), ...page.messages];
    this.isComplete.value = page.nextCursor === undefined;
  }
}
