/** A second connection to Redis, on which it notifies the waiters of this process. Open while there are any. */
import type { Notifications } from "./redis-queue.js";

/** The connection closes this many milliseconds after the last waiter. */
const LINGER_MS = 1_000;
/** After a failure, the next connection is not tried earlier, in milliseconds. */
const RETRY_MS = 30_000;

/** A connection of `redis` or `ioredis`, or of a cluster of them. */
interface Connection {
  on(event: string, listener: (...values: string[]) => void): unknown;
  subscribe(channel: string, listener?: (message: string) => void): Promise<unknown>;
  connect(): Promise<unknown>;
  /** Closes the connection: of `redis`, and of `ioredis`. */
  destroy?(): void;
  disconnect(): void;
  /** Whether it is connected: of `redis`, and of `ioredis`. */
  isReady?: boolean;
  status?: string;
}

export class RedisSubscription implements Notifications {
  readonly #client: { duplicate?(): unknown };
  readonly #channel: string;
  readonly #onMessage: (message: string) => void;
  #connection: Connection | undefined;
  #isSubscribed = false;
  #failedAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param client The client, whose settings the connection gets. One that cannot be duplicated has no notifications. */
  constructor(client: object, channel: string, onMessage: (message: string) => void) {
    this.#client = client;
    this.#channel = channel;
    this.#onMessage = onMessage;
  }

  get isActive(): boolean {
    const { isReady, status = "ready" } = this.#connection ?? {};
    return this.#isSubscribed && isReady !== false && status === "ready";
  }

  start(): void {
    clearTimeout(this.#timer);
    if (this.#connection || performance.now() - this.#failedAt < RETRY_MS) return;
    this.#open().catch(() => {
      this.#failedAt = performance.now();
      this.#close();
    });
  }

  stop(): void {
    clearTimeout(this.#timer);
    if (this.#connection) this.#timer = setTimeout(() => this.#close(), LINGER_MS);
  }

  async #open(): Promise<void> {
    const connection = this.#client.duplicate?.() as Connection | undefined;
    if (typeof connection?.subscribe !== "function") throw new Error("the client has no subscriptions");
    this.#connection = connection;
    // The client reconnects by itself. Without a listener its errors would end the process.
    connection.on("error", () => {});
    if ("defineCommand" in connection) {
      connection.on("message", (_channel, message) => this.#onMessage(message as string));
      await connection.subscribe(this.#channel);
    } else {
      await connection.connect();
      await connection.subscribe(this.#channel, (message) => this.#onMessage(message));
    }
    this.#isSubscribed = this.#connection === connection;
  }

  #close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#isSubscribed = false;
    try {
      if (connection?.destroy) connection.destroy();
      else connection?.disconnect();
    } catch {
      // It was closed already.
    }
  }
}
