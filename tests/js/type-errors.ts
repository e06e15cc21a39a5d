/** Mistakes in options. The last line of TypeScript's error for each is in the comment above it. Compiled; never run. */
import { createClient } from "smsc-wasm";
import { createProxy } from "smsc-wasm/proxy";

declare const env: Record<"KEY" | "LOGIN" | "PASSWORD", string | undefined>;

export function mistakes(): void {
  // Property 'authorize' is missing
  createProxy({ apiKey: env.KEY });
  // Property 'authorize' is missing
  createProxy({ login: env.LOGIN, password: env.PASSWORD, region: "kz", allow: "*" });
  // Property 'apiKey' is missing
  void createClient({ region: "kz" });
  // Property 'password' is missing
  void createClient({ login: "login" });
  // Types of property 'login' are incompatible.
  void createClient({ login: env.LOGIN, password: env.PASSWORD, apiKey: env.KEY });
}
