import { durableLimiter, SmscLimiter } from "smsc-wasm/cloudflare";
import { pausedReaders } from "./paused.mjs";
import { work } from "./work.mjs";

/** A limiter whose queue can be inspected, and that can be broken as by the deployment of a new version. */
export class Breakable extends SmscLimiter {
  constructor(state) {
    super(state);
    this.state = state;
  }

  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/break") this.state.abort("broken");
    if (pathname === "/waiters")
      return Response.json([...(await this.state.storage.list({ prefix: "waiter/" })).keys()]);
    return super.fetch(request);
  }
}

const commands = {
  work,
  paused: pausedReaders,
  acquire: (limiter, request) => limiter.acquire(request),
  release: (limiter, requestId) => limiter.release(requestId),
  async acquireOrLeave(limiter, request, ms) {
    try {
      return await limiter.acquire(request, AbortSignal.timeout(ms));
    } catch (error) {
      await limiter.release(request.requestId);
      return error.name;
    }
  },
};

export default {
  async fetch(request, { SMSC_LIMITER }) {
    const account = new URL(request.url).pathname;
    const [command, ...args] = await request.json();
    if (command === "break" || command === "waiters") {
      const stub = SMSC_LIMITER.get(SMSC_LIMITER.idFromName(account));
      return stub.fetch(`http://object/${command}`).catch((error) => Response.json(String(error)));
    }
    return Response.json((await commands[command](durableLimiter(SMSC_LIMITER, account), ...args)) ?? null);
  },
};
