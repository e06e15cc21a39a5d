// The head of a response. A custom `fetch` may return anything, and each access may throw.

import { orUndefined } from "./user-values.js";

/** The HTTP status; `undefined` if the value is no response. */
export function statusOf(response: unknown): number | undefined {
  const status = orUndefined(() =>
    typeof response === "object" && response !== null ? (response as Response).status : undefined,
  );
  return typeof status === "number" ? status : undefined;
}

/** A header, if it is a text. */
export function headerOf(response: Partial<Response>, name: string): string | undefined {
  const value: unknown = orUndefined(() => response.headers?.get(name));
  return typeof value === "string" ? value : undefined;
}

/** The media type. */
export const contentTypeOf = (response: Partial<Response>) => headerOf(response, "content-type");

/** The length of the body in bytes, if a header gives it. For a compressed body, the header gives another length. */
export function contentLengthOf(response: Partial<Response>): number | undefined {
  const length = headerOf(response, "content-length");
  if (length === undefined || !/^\d+$/.test(length) || headerOf(response, "content-encoding") !== undefined)
    return undefined;
  return Number(length);
}
