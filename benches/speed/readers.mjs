/** Pages per round. */
export const PAGES = 10;

/** The readers of a page. The first three read a response, the last two its text. */
export const READERS = ["history.list", "by hand", "by hand, of the text", "decodeHistory", "by hand, of a given text"];
