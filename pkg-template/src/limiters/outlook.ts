/** Who of those in line can go, now and later. */
import type { LimitRequest, LimitWindow } from "../limiter.js";
import type { Account } from "./account.js";

type Wish = Pick<LimitRequest, "windows" | "atOnce">;

/** A window as time goes on. */
interface Room {
  /** When its places are free again, if those that have them end as soon as can be. */
  taken: { end: number; known: boolean }[];
  /** Places that may be free by now; but nobody knows, while their requests are under way. */
  unknown: number;
  heldUntil: number;
}

/** So many moments are looked at ahead. Beyond them the answer is to ask again. */
const FAR = 32;

/** The account as it would be if those that can go went. The account itself stays as it is, and time goes forward only. */
export class Outlook {
  readonly #rooms = new Map<string, Room>();
  readonly #account: Account;
  readonly now: number;
  #underWay: number;

  constructor(account: Account, now: number) {
    this.#account = account;
    this.now = now;
    this.#underWay = account.underWay.size;
    for (const { windows } of account.underWay.values()) this.take(windows, now);
  }

  /** Takes the places of a request, if all of them are free now. */
  goesNow({ windows, atOnce }: Wish): boolean {
    const goes =
      this.#underWay < this.mostAtOnce(atOnce, this.now) &&
      windows.every((window) => this.hasRoom(window, this.now, true));
    if (goes) {
      this.#underWay += 1;
      this.take(windows, this.now);
    }
    return goes;
  }

  /** Whether a place is free, for certain or as far as can be. */
  hasRoom({ key, most }: LimitWindow, at: number, certain: boolean): boolean {
    const room = this.#room(key);
    if (room.heldUntil > at) return false;
    if (room.taken.some(({ end }) => end <= at)) {
      for (const { end, known } of room.taken) if (end <= at && !known) room.unknown += 1;
      room.taken = room.taken.filter(({ end }) => end > at);
    }
    return room.taken.length + (certain ? room.unknown : 0) < most;
  }

  /** Nobody knows when a request that is under way will end: at once, or never. */
  take(windows: Pick<LimitWindow, "key" | "windowMs">[], at: number): void {
    for (const { key, windowMs } of windows) this.#room(key).taken.push({ end: at + windowMs, known: false });
  }

  mostAtOnce(atOnce: number, at: number): number {
    let most = atOnce;
    for (const hold of this.#account.holds.values()) if (hold.until > at) most = Math.min(most, hold.atOnce);
    return most;
  }

  /** The next moment after `at` when something may get free. */
  after(at: number): number {
    let next = Number.POSITIVE_INFINITY;
    const note = (time: number) => {
      if (time > at && time < next) next = time;
    };
    for (const { until } of this.#account.holds.values()) note(until);
    for (const { taken, heldUntil } of this.#rooms.values()) {
      note(heldUntil);
      for (const { end } of taken) note(end);
    }
    return next;
  }

  #room(key: string): Room {
    let room = this.#rooms.get(key);
    if (!room) {
      const { ended, windowMs, heldUntil } = this.#account.windows.get(key) ?? { ended: [], windowMs: 0, heldUntil: 0 };
      room = { taken: ended.map((time) => ({ end: time + windowMs, known: true })), unknown: 0, heldUntil };
      this.#rooms.set(key, room);
    }
    return room;
  }
}

/**
 * The first moment when the request may be able to go: now, if it waits for nothing but the number of requests at once.
 *
 * Those `ahead` go first where they can. One that may have to wait for a window of its own, and so may be passed, is not
 * counted on: better to ask once too often than to sleep past one's turn.
 */
export function soonest(outlook: Outlook, request: Wish, ahead: Wish[]): { at: number; atOnce: boolean } {
  const mine = new Set(request.windows.map(({ key }) => key));
  const hasRoom = (at: number, sure: boolean) => (window: LimitWindow) =>
    outlook.hasRoom(window, at, sure && !mine.has(window.key));
  let at = outlook.now;
  let waiting = ahead;
  let atOnce = false;
  for (let moment = 0; moment < FAR; moment++) {
    waiting = waiting.filter(({ windows }) => {
      const goes = windows.every(hasRoom(at, true));
      if (goes) outlook.take(windows, at);
      return !goes;
    });
    const room = request.windows.every(hasRoom(at, false));
    if (moment === 0) atOnce = room;
    const next = outlook.after(at);
    if ((room && outlook.mostAtOnce(request.atOnce, at) > 0) || next === Number.POSITIVE_INFINITY) break;
    at = next;
  }
  return { at, atOnce };
}
