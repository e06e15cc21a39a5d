import { core, coreText, drop, make, Op } from "./core.js";
import { era, type Handle } from "./instance.js";

/** A request that was sent: what a fresh instance has to know, or it would send more than the service's limits allow. */
interface Sent {
  readonly account: string;
  /** What makes the same call. */
  readonly call: string;
  readonly at: number;
  /** The life of the core that has counted it. */
  era: Handle;
}

/** The longest window of the service's limits. */
const hour = 3_600_000;
const mostSent = 100;
/** The last requests, in a ring. */
const sent: Sent[] = [];
let next = 0;

/** A client in the core, which lives as long as this does, and is made anew where the core's instance had to be. */
export class Client {
  /** Names the account, and tells no secret. */
  account = "";
  readonly #options: string;
  readonly #inPage: boolean;
  #handle: Handle = -1;

  constructor(options: string, inPage: boolean) {
    this.#options = options;
    this.#inPage = inPage;
    this.handle;
  }

  get handle(): Handle {
    if (this.#handle < era) {
      const handle = make(Op.NewClient, era, this.#options, this, Number(this.#inPage));
      this.account = coreText(Op.Account, handle);
      const after = Date.now() - hour;
      for (const request of sent)
        if (request.account === this.account && request.era < era && request.at > after) count(request, handle);
      this.#handle = handle;
    }
    return this.#handle;
  }

  /** Remembers a request: the lines of its call, but for those of its options. */
  sends(method: string, input: string): void {
    const call = `${method}\n{"limits":"off"}\n${input}`;
    sent[next] = { account: this.account, call, at: Date.now(), era };
    next = (next + 1) % mostSent;
  }
}

/** Counts a request of a former life, as if it were made now. */
function count(request: Sent, client: Handle): void {
  const call = make(Op.NewCall, client, request.call);
  core(Op.Next, call);
  drop(call);
  request.era = era;
}
