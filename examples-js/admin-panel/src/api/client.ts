/** The client of the account. The proxy of the panel's server adds the credentials. */
import { createClient, type Smsc } from "smsc-wasm";

/** Other pages of the account may have used an hour's requests. The user sees the wait, and can cancel it. */
const MAX_RETRY_DELAY_MS = 3_600_000;

let client: Promise<Smsc> | undefined;

/** The client, which is created on the first call. */
export function getClient(): Promise<Smsc> {
  client ??= createClient({ baseUrl: "/smsc", maxRetryDelayMs: MAX_RETRY_DELAY_MS }).catch((error: unknown) => {
    client = undefined;
    throw error;
  });
  return client;
}
