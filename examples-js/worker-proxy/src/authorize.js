/** Authorization: by the token of Cloudflare Access, or by a token of this Worker. */
import { createRemoteJWKSet, jwtVerify } from "jose";

/** The keys of each team, which jose fetches again when they rotate. */
const keysOf = new Map();

/** Whether a request may use the account. Without Access and without a token, no request may. */
export async function isAuthorized(request, { ACCESS_TEAM, ACCESS_AUDIENCE, PANEL_TOKEN }) {
  if (ACCESS_TEAM && ACCESS_AUDIENCE) return hasAccess(request, ACCESS_TEAM, ACCESS_AUDIENCE);
  return Boolean(PANEL_TOKEN) && isEqual(givenToken(request), PANEL_TOKEN);
}

/** Verifies the token that Cloudflare Access adds to a request: its signature, issuer, audience and time. */
async function hasAccess(request, team, audience) {
  const token = request.headers.get("cf-access-jwt-assertion");
  if (token === null) return false;
  if (!keysOf.has(team)) keysOf.set(team, createRemoteJWKSet(new URL("/cdn-cgi/access/certs", team)));
  try {
    await jwtVerify(token, keysOf.get(team), {
      issuer: team,
      audience,
      algorithms: ["RS256"],
      requiredClaims: ["exp"],
    });
    return true;
  } catch {
    return false;
  }
}

/** A bearer token, or the password that a browser asked for. */
function givenToken({ headers }) {
  const [, scheme, credentials] = /^(Bearer|Basic) ([\w+/=.~-]+)$/i.exec(headers.get("authorization") ?? "") ?? [];
  if (scheme?.toLowerCase() !== "basic") return credentials ?? "";
  try {
    return atob(credentials).replace(/^[^:]*:/, "");
  } catch {
    return "";
  }
}

/** Compares hashes of equal length, so that the time does not reveal how much of a token is right. */
async function isEqual(given, expected) {
  const hash = (text) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  const [one, other] = await Promise.all([hash(given), hash(expected)]);
  return crypto.subtle.timingSafeEqual(one, other);
}
