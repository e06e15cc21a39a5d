/** Windows pass this much faster than the service's, and so does the emulator's clock. */
export const FASTER = 20;

/** How many requests there are. */
export const COUNT = 40;

/** The least time for them: of the ten identical ones three may go in a minute, so that the tenth goes after three. */
export const LEAST_MS = 3 * 60_000;
