import type { RateLimitDecision, RateLimiter } from "../client/limiter.js";
import type { PlatformAbortSignal } from "../client/platform.js";
import { mismatch } from "../runtime/option-errors.js";
import { readAccountName } from "./account-name.js";
import type { Command } from "./commands.js";
import { pause } from "./pause.js";

/** The part of a Durable Object's stub that `durableLimiter` uses. */
export interface LimiterStub {
  /** Sends a request to the object. */
  fetch(
    url: string,
    init: { method: string; body: string; signal: PlatformAbortSignal | null },
  ): Promise<{ ok: boolean; status: number; json(): Promise<unknown> }>;
}

/** The part of a Durable Object's binding that `durableLimiter` uses. */
export interface LimiterNamespace {
  /** Returns the id of the account's object. */
  idFromName(name: string): object;
  /** Returns the object's stub. */
  get(id: object): LimiterStub;
}

/** Eviction or replacement of an object breaks the connection; the next request starts it again. */
const MAX_ATTEMPTS = 4;

/**
 * Creates a limiter backed by an `SmscLimiter`. Pass it to a client as its `rateLimiter` option.
 *
 * @param binding The binding of the class, or the stub of one of its objects.
 * @param name Identifies the account if a Worker has several. All clients of one account must use the same name.
 *   Default: `"smsc"`.
 * @returns The limiter. It sends nothing before its first use.
 * @throws SmscError `invalid_option` if `binding` is neither, such as `undefined` for a binding that the configuration lacks, or if
 *   `name` is no text or empty.
 *
 * @example
 * const smsc = await createClient({ apiKey: env.SMSC_API_KEY, rateLimiter: durableLimiter(env.SMSC_LIMITER) });
 */
export function durableLimiter(binding: LimiterNamespace | LimiterStub, name = "smsc"): RateLimiter {
  checkBinding(binding);
  readAccountName("name", name);
  // A stub belongs to the request that created it, and stays broken once its object has failed. So each command gets a new one.
  const stub = () => (isStub(binding) ? binding : binding.get(binding.idFromName(name)));
  return {
    acquire: async (request, signal) => (await send(stub, { acquire: request }, signal)) as RateLimitDecision,
    release: async (requestId, feedback) => {
      await send(stub, { release: requestId, feedback });
    },
  };
}

// A stub is a proxy that has every property; a binding has no `fetch`.
const isStub = (binding: LimiterNamespace | LimiterStub): binding is LimiterStub =>
  typeof (binding as LimiterStub).fetch === "function";

/** A binding that is none fails here, and not with the first call. */
function checkBinding(binding: unknown): void {
  const { fetch, idFromName, get } = (binding ?? {}) as Partial<LimiterNamespace & LimiterStub>;
  if (typeof fetch === "function" || (typeof idFromName === "function" && typeof get === "function")) return;
  throw mismatch("binding", "the binding of `SmscLimiter` or a stub", binding, {
    hint: "Check `durable_objects` in the Worker's configuration",
  });
}

/** Sends a command, with retries. Both commands are idempotent: the object identifies a request by its requestId. */
async function send(stub: () => LimiterStub, command: Command, signal?: AbortSignal): Promise<unknown> {
  const init = { method: "POST", body: JSON.stringify(command), signal: signal ?? null };
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    try {
      const response = await stub().fetch("https://smsc-limiter/", init);
      if (response.ok) return await response.json();
      // Not caught below: a retry would get the same response.
      return Promise.reject(failed(`answered with HTTP ${response.status}: is its class SmscLimiter?`));
    } catch (error) {
      signal?.throwIfAborted();
      if (attempt === MAX_ATTEMPTS || isOverloaded(error)) throw failed(error);
    }
    await pause(50 * 2 ** attempt * (0.5 + Math.random()), signal);
  }
}

/** A retry would add to the load of an overloaded object. */
const isOverloaded = (error: unknown) => (error as { overloaded?: boolean } | undefined)?.overloaded === true;

const failed = (cause: unknown) =>
  new Error(`the Durable Object that holds the limits: ${(cause as Error | undefined)?.message ?? cause}`, { cause });
