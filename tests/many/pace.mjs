/** The factor by which the windows and the emulator's clock run faster than those of the service. */
export const FASTER = 20;

/** The number of requests. */
export const COUNT = 40;

/** The minimum time for them: of ten identical requests, three are allowed per minute, so the tenth is sent after three minutes. */
export const LEAST_MS = 3 * 60_000;
