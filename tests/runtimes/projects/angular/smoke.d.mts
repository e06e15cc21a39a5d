/** The types of smoke.mjs. */
import type { ClientOptions } from "smsc-wasm";

type Imports = Pick<typeof import("smsc-wasm"), "createClient" | "decodeHistory" | "SmscError">;

export const expected: object;
export function smoke(smsc: Imports, baseUrl: string, options?: Partial<ClientOptions>): Promise<object>;
