// The requests that this process sent, for the rate limits: each instance of the core counts those of the others. There are several
// after a trap, if `import` and `require` load a copy of the package each, or with two versions of it.

import { monotonicMs } from "./clock.js";

/** A request that counts in the service's limits. It holds hashes and times, nothing of the request itself. */
export interface SentRequest {
  readonly account: string;
  /** The name of the rules that tell its windows; empty if it counts in none. */
  readonly rules: string;
  /** A hash that it shares with identical requests. */
  readonly identity: bigint;
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
  /** Those in flight, and those that windows may still hold. */
  readonly requests: Set<SentRequest>;
  /** Weak, so that an instance with a large memory can be collected. */
  readonly peers: Set<{ readonly owner: WeakRef<object>; readonly peer: WeakRef<Peer> }>;
}

/** The longest window of the service's limits. */
const maxAgeMs = 3_600_000;
const maxRequests = 1_000;

const key = Symbol.for("smsc-wasm.requests");
const shared = globalThis as { [key]?: Registry };

/** Made on first use: an import changes nothing. */
function registry(): Registry {
  shared[key] ??= { requests: new Set(), peers: new Set() };
  return shared[key];
}

/** Registers an instance, which then counts every request of the others. */
export function join(owner: object, peer: Peer): void {
  registry().peers.add({ owner: new WeakRef(owner), peer: new WeakRef(peer) });
  for (const request of registry().requests) {
    const ageMs = request.endedAt === undefined ? undefined : monotonicMs() - request.endedAt;
    if (ageMs === undefined || ageMs < maxAgeMs) peer.count(request, ageMs);
  }
}

/** An instance trapped: its requests in flight count as ended. */
export function leave(owner: object): void {
  for (const each of registry().peers) if (each.owner.deref() === owner) registry().peers.delete(each);
  for (const request of registry().requests)
    if (request.owner === owner && request.endedAt === undefined) end(request, true);
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
  if (!wasSent || request.rules === "") registry().requests.delete(request);
  notify(request.owner, (peer) => peer.uncount(request, wasSent));
}

function notify(owner: object, act: (peer: Peer) => void): void {
  // Mostly the owner is the only peer.
  if (registry().peers.size <= 1) return;
  for (const each of registry().peers) {
    const [other, peer] = [each.owner.deref(), each.peer.deref()];
    if (other === undefined || peer === undefined) registry().peers.delete(each);
    else if (other !== owner) attempt(() => act(peer));
  }
}

/** Another instance may have trapped, which is not this one's failure. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {}
}

/** Drops the requests that no window holds any more, then the oldest ones that ended, up to a half. */
function prune(requests: Set<SentRequest>): void {
  const oldest = monotonicMs() - maxAgeMs;
  for (const request of requests)
    if (request.endedAt !== undefined && request.endedAt <= oldest) requests.delete(request);
  for (const request of requests) {
    if (requests.size <= maxRequests / 2) break;
    if (request.endedAt !== undefined) requests.delete(request);
  }
}
