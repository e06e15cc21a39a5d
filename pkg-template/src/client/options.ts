// The options of a client. Which settings exist, src/api/options.rs says.
import type { AllClientOptions } from "../core.js";
import type { IfKnown, PlatformURL } from "./platform.js";

// Of a union that no member of fits, TypeScript's error is about the last one. So what most programs use is last.

/** The credentials of an account: an API key, or a login with its password. */
export type Credentials =
  | {
      /** Absent with a login and a password. */
      apiKey?: undefined;
      /** The account's login. `undefined`, as an unset environment variable, is rejected at run time. */
      login: string | undefined;
      /** The account's password, or its lowercase MD5. */
      password: string | undefined;
    }
  | {
      /** The account's API key. `undefined`, as an unset environment variable, is rejected at run time. */
      apiKey: string | undefined;
      /** Absent with an API key. */
      login?: undefined;
      /** Absent with an API key. */
      password?: undefined;
    };

/** How a client gets the credentials of its account: exactly one of four ways. */
export type Authentication =
  | {
      /** The address of a proxy that adds the credentials. */
      baseUrl: string | IfKnown<PlatformURL>;
      /** Added by the proxy. */
      credentials?: undefined;
      /** Added by the proxy. */
      apiKey?: undefined;
      /** Added by the proxy. */
      login?: undefined;
      /** Added by the proxy. */
      password?: undefined;
    }
  | {
      /** Returns the credentials. Called before each attempt, so that they can change. */
      credentials: () => Credentials | Promise<Credentials>;
      /** Absent with `credentials`. */
      apiKey?: undefined;
      /** Absent with `credentials`. */
      login?: undefined;
      /** Absent with `credentials`. */
      password?: undefined;
    }
  | (Credentials & {
      /** Absent with an API key, or with a login and a password. */
      credentials?: undefined;
    });

/** The address of the service: a region, or another address. */
export type ServiceAddress =
  | {
      /**
       * The account's host: smsc.ru, smsc.ua, smsc.kz, smsc.tj or smscentre.com.
       * @default "ru"
       */
      region?: AllClientOptions["region"];
      /** Absent with a region. */
      baseUrl?: undefined;
    }
  | {
      /** Absent with a `baseUrl`. */
      region?: undefined;
      /**
       * A mirror, a proxy or an emulator, instead of a region. `/sys/<script>.php` is appended.
       * @default the address of the region
       */
      baseUrl?: string | IfKnown<PlatformURL>;
    };

/** The options of a client besides its credentials and address: settings that clients of several accounts or regions share. */
export interface ClientSettings
  extends Omit<AllClientOptions, "apiKey" | "login" | "password" | "credentials" | "region" | "baseUrl"> {}

/**
 * The options of a client: its credentials, its address, and how it calls the service.
 *
 * Declare options that you extend with `satisfies`, which keeps their exact type. A variable declared as `ClientOptions` may have a
 * `baseUrl`, which excludes a `region`: TypeScript rejects `{ ...options, region: "kz" }`, as the client would.
 *
 * @example
 * const base = { apiKey: process.env.SMSC_API_KEY, rateLimit: "fail" } satisfies ClientOptions;
 * const smsc = await createClient({ ...base, region: "kz" });
 */
export type ClientOptions = ClientSettings & Authentication & ServiceAddress;
