import type { LimitAnswer, Limiter } from "../limiter.js";
import type { Message } from "./messages.js";
import { pause } from "./pause.js";

/** What is used of a Durable Object's stub. */
export interface LimiterStub {
  /** Asks the object. */
  fetch(
    url: string,
    init: { method: string; body: string; signal?: AbortSignal | null },
  ): Promise<{ ok: boolean; status: number; json(): Promise<unknown> }>;
}

/** What is used of a Durable Object's binding. */
export interface LimiterNamespace {
  /** The id of the account's object. */
  idFromName(name: string): object;
  /** Its stub. */
  get(id: object): LimiterStub;
}

/** An object that was evicted or replaced breaks the connection, and is there again for the next. */
const TRIES = 4;

/**
 * The limits that an `SmscLimiter` holds. A client takes them as its `limiter`.
 *
 * @param binding The binding of the class, or the stub of one of its objects.
 * @param name Tells the accounts apart, where a Worker serves several: all clients of one account need the same.
 *
 * @example
 * const smsc = await createClient({ apiKey: env.SMSC_API_KEY, limiter: durableLimiter(env.SMSC_LIMITER) });
 */
export function durableLimiter(binding: LimiterNamespace | LimiterStub, name = "smsc"): Limiter {
  // A stub belongs to the request that it was made in, and is of no use once its object has broken: each message takes a new one.
  const stub = () => (isStub(binding) ? binding : binding.get(binding.idFromName(name)));
  return {
    acquire: async (request, signal) => (await send(stub, { acquire: request }, signal)) as LimitAnswer,
    release: async (ticket, hold) => {
      await send(stub, { release: ticket, hold });
    },
  };
}

// Whatever is asked of a stub, it has; a binding lacks `fetch`.
const isStub = (binding: LimiterNamespace | LimiterStub): binding is LimiterStub =>
  typeof (binding as LimiterStub).fetch === "function";

/** Both messages may be sent twice: the object knows a request by its ticket. */
async function send(stub: () => LimiterStub, message: Message, signal?: AbortSignal): Promise<unknown> {
  const init = { method: "POST", body: JSON.stringify(message), ...(signal && { signal }) };
  for (let tried = 1; ; tried++) {
    signal?.throwIfAborted();
    try {
      const reply = await stub().fetch("https://smsc-limiter/", init);
      if (reply.ok) return await reply.json();
      // Not caught here: it would say the same again.
      return Promise.reject(failed(`answered with HTTP ${reply.status}: is its class SmscLimiter?`));
    } catch (error) {
      signal?.throwIfAborted();
      if (tried === TRIES || isOverloaded(error)) throw failed(error);
    }
    await pause(50 * 2 ** tried * (0.5 + Math.random()), signal);
  }
}

/** Asking an overloaded object again makes it worse. */
const isOverloaded = (error: unknown) => (error as { overloaded?: boolean } | undefined)?.overloaded === true;

const failed = (cause: unknown) =>
  new Error(`the Durable Object that holds the limits: ${(cause as Error | undefined)?.message ?? cause}`, { cause });
