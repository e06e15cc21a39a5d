/** Which pages may use a proxy: CORS, and forms of other origins that carry this one's cookies. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setupProxy } from "./support/proxy.mjs";

const OWN = "https://panel.example";
const LISTED = "https://other.example";
const HOSTILE = "https://evil.example";

describe("proxy: origins", () => {
  const origins = [LISTED, new URL("http://localhost:5173")];

  test("a page of the proxy's own origin needs no permission", async () => {
    const { post } = setupProxy({ origins });
    for (const headers of [
      {},
      { origin: OWN },
      { origin: OWN, "sec-fetch-site": "same-origin" },
      // Behind a gateway that changes the host.
      { origin: "https://public.example", "sec-fetch-site": "same-origin" },
      { origin: "https://public.example", host: "public.example" },
    ]) {
      const answer = await post("balance.php", "", { headers });
      assert.equal(answer.status, 200, JSON.stringify(headers));
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
      assert.equal(answer.headers.get("vary"), "Origin");
    }
  });

  test("a listed origin may read the responses, refusals among them", async () => {
    const { post } = setupProxy({ origins });
    for (const [origin, script] of [
      [LISTED, "balance.php"],
      ["http://localhost:5173", "balance.php"],
      [LISTED, "send.php"],
    ]) {
      const { status, headers } = await post(script, "", { headers: { origin, "sec-fetch-site": "cross-site" } });
      assert.equal(status, script === "send.php" ? 403 : 200);
      assert.equal(headers.get("access-control-allow-origin"), origin);
      assert.equal(headers.get("access-control-allow-credentials"), "true");
      assert.match(headers.get("access-control-expose-headers"), /Content-Disposition.*Retry-After/);
      assert.equal(headers.get("vary"), "Origin");
    }
  });

  test("another origin is refused, even if its cookies are authorized", async () => {
    const { emulator, post } = setupProxy({ origins, authorize: () => true });
    for (const headers of [
      { origin: HOSTILE },
      { origin: HOSTILE, "sec-fetch-site": "cross-site" },
      { origin: "null" },
      { origin: "null", "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site", origin: "https://sub.panel.example" },
      { origin: `${LISTED}.evil.example` },
      { origin: `${LISTED}:8443` },
      { origin: "http://panel.example", "sec-fetch-site": "cross-site" },
      { origin: "https://panel.example.evil.example" },
    ]) {
      const answer = await post("balance.php", "", { headers });
      assert.deepEqual([answer.status, answer.code], [403, 2], JSON.stringify(headers));
      assert.equal(answer.headers.get("access-control-allow-origin"), null);
    }
    assert.equal(emulator.requests.length, 0);
  });

  test("every origin may, without cookies, if origins is *", async () => {
    const { post } = setupProxy({ origins: "*" });
    const { status, headers } = await post("balance.php", "", { headers: { origin: HOSTILE } });
    assert.deepEqual([status, headers.get("access-control-allow-origin")], [200, "*"]);
    assert.equal(headers.get("access-control-allow-credentials"), null);
  });

  test("a page of any origin cannot act with the cookies of a user, if origins is *", async () => {
    const authorize = ({ headers }) => headers.get("cookie") === "session=1";
    const { emulator, post } = setupProxy({ origins: "*", allow: ["senders.add"], authorize });
    const add = (headers) => post("senders.php", "add=1&sender=Evil", { headers: { cookie: "session=1", ...headers } });
    for (const headers of [{ origin: HOSTILE }, { origin: "null" }, { "sec-fetch-site": "cross-site" }])
      assert.equal((await add(headers)).status, 403);
    assert.equal(emulator.requests.length, 0);
    assert.equal((await add({ "sec-fetch-site": "same-origin" })).status, 200);
  });

  test("a preflight is answered without authorization, and sends nothing", async () => {
    const { emulator, post } = setupProxy({ origins, authorize: assert.fail });
    const preflight = (origin, requested) =>
      post("balance.php", undefined, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": "POST", "access-control-request-headers": requested },
      });
    const allowed = await preflight(LISTED, "authorization,x-csrf-token");
    assert.equal(allowed.status, 204);
    assert.equal(allowed.headers.get("access-control-allow-origin"), LISTED);
    assert.equal(allowed.headers.get("access-control-allow-methods"), "POST");
    assert.equal(allowed.headers.get("access-control-allow-headers"), "authorization,x-csrf-token");
    const refused = await preflight(HOSTILE, "authorization");
    assert.equal(refused.status, 403);
    assert.equal(refused.headers.get("access-control-allow-origin"), null);
    assert.equal(emulator.requests.length, 0);
  });
});
