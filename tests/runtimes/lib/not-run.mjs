/** Thrown where this machine lacks something that only its owner can install. */
export class NotRun extends Error {}
