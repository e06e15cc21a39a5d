/** Thrown if a program is missing that only the user can install. */
export class NotRun extends Error {}
