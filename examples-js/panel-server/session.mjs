/**
 * The session of the person at this machine: a key in the printed address, which becomes a cookie. Without it, every program and
 * every other user of the machine could use the account.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";

/** Creates the session of a server. */
export function createSession() {
  const key = randomBytes(24).toString("base64url");
  // Cookies do not distinguish ports, and several servers may run.
  const cookie = `smsc-panel-${randomBytes(4).toString("hex")}`;

  /** A page of another site can name this machine in its own domain, so the host must be this machine's. */
  const isLocal = (host) => /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host ?? "");

  return {
    /** The address to open, at a port. */
    addressAt: (port) => `http://127.0.0.1:${port}/?key=${key}`,

    /** Whether a request with these headers belongs to the session. */
    isOpen(cookies, host) {
      const given = (cookies ?? "").split("; ").find((value) => value.startsWith(`${cookie}=`));
      return isLocal(host) && given !== undefined && isEqual(given, `${cookie}=${key}`);
    },

    /** For a request with the key in its address: the headers that set the cookie, and lead to the panel. */
    open({ headers, url }) {
      const given = new URL(url, "http://localhost").searchParams.get("key");
      if (!isLocal(headers.host) || given === null || !isEqual(given, key)) return undefined;
      return {
        "set-cookie": `${cookie}=${key}; HttpOnly; SameSite=Strict; Path=/`,
        location: "/",
        "referrer-policy": "no-referrer",
      };
    },
  };
}

const isEqual = (one, other) => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
