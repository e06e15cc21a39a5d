/** The client of the account. The proxy of the panel's server adds the credentials. */
import { createClient, type Smsc } from "smsc-wasm";

let client: Promise<Smsc> | undefined;

/** The client, which is created on the first call. */
export function getClient(): Promise<Smsc> {
  client ??= createClient({ baseUrl: "/smsc" }).catch((error: unknown) => {
    client = undefined;
    throw error;
  });
  return client;
}
