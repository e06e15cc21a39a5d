/**
 * An iterator whose calls run one after the other; `return` ends it at once. What is `ready` needs no turn: it is given as
 * long as nobody waits.
 */
export declare function iterator<T>(next: () => Promise<IteratorResult<T>>, end: () => void, ready?: () => T | undefined): AsyncIterableIterator<T>;
