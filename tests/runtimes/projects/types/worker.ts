/** The main module of a Worker that shares the limits of an account. This file is only compiled. */
import { durableLimiter, SmscLimiter } from "smsc-wasm/cloudflare";
import { use } from "./use.js";

export { SmscLimiter };

interface Env {
  PLAIN: DurableObjectNamespace;
  /** The type that wrangler generates for classes of the same Worker. */
  SMSC_LIMITER: DurableObjectNamespace<SmscLimiter>;
}

export default {
  async fetch(_request: Request, env: Env): Promise<Response> {
    const stub = env.PLAIN.get(env.PLAIN.idFromName("account"));
    const limiters = [durableLimiter(env.SMSC_LIMITER), durableLimiter(env.PLAIN, "account"), durableLimiter(stub)];
    for (const limiter of limiters) await limiter.release("requestId");
    return new Response(await use());
  },
} satisfies ExportedHandler<Env>;
