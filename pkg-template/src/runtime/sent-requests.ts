// The requests that this process sent, for the rate limits: each instance of the core counts those of the others. There are several
// after a trap, if `import` and `require` load a copy of the package each, or with two versions of it.

import { monotonicMs } from "./clock.js";

/** A request that counts in the service's limits. It holds hashes and times, nothing of the request itself. */
export interface SentRequest {
  readonly account: string;
  /** The name of the rules, which decide its windows; empty if it counts in none. */
  readonly rules: string;
  /** A hash that it shares with identical requests. */
  readonly identity: bigint;
  /** The longest of its windows in milliseconds; 0 if it counts in none. */
  readonly windowMs: number;
  /** The token of the instance that sent it. */
  readonly owner: object;
  /** When its response came; absent while it is in flight. */
  endedAt?: number;
}

/** An instance that counts requests. */
export interface Peer {
  /** Counts a request of another instance, by the time since its response; without it, in flight. */
  count(request: SentRequest, ageMs?: number): void;
  /** A request that was counted in flight ended, or was not sent. */
  uncount(request: SentRequest, wasSent: boolean): void;
}

interface Registry {
  /** Those in flight, and those that windows may still hold. They must not keep an instance, whose memory may be large. */
  readonly requests: Set<SentRequest>;
  readonly peers: Set<{ readonly owner: object; readonly peer: WeakRef<Peer> }>;
}

const maxRequests = 1_000;

/** A change of the registry's form needs another number: copies of other versions must not find it. */
const key = Symbol.for("smsc-wasm.requests.2");
const shared = globalThis as { [key]?: Registry };

/** Made on first use: an import changes nothing. */
function registry(): Registry {
  shared[key] ??= { requests: new Set(), peers: new Set() };
  return shared[key];
}

/** Registers an instance, which then counts every request of the others. */
export function join(owner: object, peer: Peer): void {
  registry().peers.add({ owner, peer: new WeakRef(peer) });
  for (const request of registry().requests) {
    const ageMs = request.endedAt === undefined ? undefined : monotonicMs() - request.endedAt;
    if (ageMs === undefined || ageMs < request.windowMs) peer.count(request, ageMs);
  }
}

/** An instance trapped: its requests in flight count as ended. */
export function leave(owner: object): void {
  for (const request of registry().requests)
    if (request.owner === owner && request.endedAt === undefined) end(request, true);
  for (const each of registry().peers) if (each.owner === owner) registry().peers.delete(each);
}

/** Records a request that is about to be sent. */
export function record(request: SentRequest): SentRequest {
  const { requests } = registry();
  if (requests.size >= maxRequests) prune(requests);
  requests.add(request);
  notify(request.owner, (peer) => peer.count(request));
  return request;
}

/** The request ended, or was not sent. */
export function end(request: SentRequest, wasSent: boolean): void {
  request.endedAt = monotonicMs();
  if (!wasSent || request.windowMs === 0) registry().requests.delete(request);
  notify(request.owner, (peer) => peer.uncount(request, wasSent));
}

function notify(owner: object, act: (peer: Peer) => void): void {
  for (const each of registry().peers) {
    if (each.owner === owner) continue;
    const peer = each.peer.deref();
    if (peer === undefined) registry().peers.delete(each);
    else attempt(() => act(peer));
  }
}

/** Another instance may have trapped, which is not this one's failure. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {}
}

/** Drops the requests that no window holds any more, then those whose windows end first, up to a half. */
function prune(requests: Set<SentRequest>): void {
  const now = monotonicMs();
  const ended = [...requests].filter(({ endedAt }) => endedAt !== undefined);
  const endOf = ({ endedAt, windowMs }: SentRequest) => (endedAt as number) + windowMs;
  for (const request of ended.sort((a, b) => endOf(a) - endOf(b))) {
    if (endOf(request) > now && requests.size <= maxRequests / 2) break;
    requests.delete(request);
  }
}
