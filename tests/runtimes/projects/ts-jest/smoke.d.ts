export function smoke(smsc: unknown, baseUrl: string, options?: object): Promise<unknown>;
export const expected: unknown;
