/** The example worker-proxy in workerd, as its README starts it: with a token, and behind Cloudflare Access. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";
import { nodeFor } from "../lib/nodes.mjs";
import { freePort, run, serving } from "../lib/process.mjs";

const TOKEN = "a-long-token-of-the-panel-0123456789";
const AUDIENCE = "the-audience-of-the-application";

export const workerProxy = {
  name: "worker-proxy",
  title: "Example worker-proxy (workerd)",
  core: true,
  async run(bench) {
    const node = await nodeFor(bench, 22);
    const project = await bench.project(["../../../examples-js/worker-proxy"]);
    const version = project.version("workerd");
    // The configuration names the panel beside the example.
    const panel = project.path("..", "admin-panel", "dist");
    mkdirSync(panel, { recursive: true });
    writeFileSync(`${panel}/index.html`, "<title>Panel</title>");
    const { createClient } = await import(pathToFileURL(project.path("node_modules", "smsc-wasm", "dist", "index.js")));

    /** Starts the Worker with the emulator, as `npm start` does. */
    const serve = async (variables, use) => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const vars = Object.entries(variables).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
      const args = [project.script("wrangler"), "dev", "src/demo.js", "--ip=127.0.0.1", `--port=${port}`, ...vars];
      const open = (headers) => createClient({ baseUrl: `${url}/smsc`, headers, maxRetries: 0, rateLimit: "off" });
      await serving(node, args, { cwd: project.folder, url }, () => use(url, open));
    };

    await bench.check("the bundle that is deployed", version, () =>
      run(node, [project.script("wrangler"), "deploy", "--dry-run", "--outdir", "dist"], { cwd: project.folder }),
    );
    await bench.check("with a token", version, () =>
      serve({ PANEL_TOKEN: TOKEN, ALLOW: "senders.add" }, (url, open) => withToken(url, open)),
    );
    await bench.check("behind Cloudflare Access", version, () =>
      servingKeys(async (team, sign) => {
        const variables = { ACCESS_TEAM: team, ACCESS_AUDIENCE: AUDIENCE, PANEL_TOKEN: TOKEN };
        await serve(variables, (url, open) => behindAccess(url, open, team, sign));
      }),
    );
  },
};

async function withToken(url, open) {
  const bearer = { authorization: `Bearer ${TOKEN}` };
  const basic = { authorization: `Basic ${btoa(`panel:${TOKEN}`)}` };
  for (const headers of [
    {},
    { authorization: "Bearer " },
    { authorization: `Bearer ${TOKEN}x` },
    { authorization: "Basic !" },
  ]) {
    const page = await fetch(url, { headers });
    assert.equal(page.status, 401);
    assert.match(page.headers.get("www-authenticate"), /^Basic /);
    await assert.rejects((await open(headers)).balance(), { code: "unauthorized", httpStatus: 401 });
  }
  for (const headers of [bearer, basic]) {
    const page = await fetch(url, { headers });
    assert.equal(await page.text(), "<title>Panel</title>");
    assert.match(page.headers.get("content-security-policy"), /default-src 'none'/);
    assert.deepEqual(await (await fetch(`${url}/panel.json`, { headers })).json(), { allow: ["senders.add"] });
  }
  const smsc = await open(basic);
  const [{ messages }, file, balance] = await Promise.all([
    smsc.history.list({ limit: 5 }),
    smsc.tasks.download({ id: 301 }).then((file) => file.bytes()),
    smsc.balance(),
  ]);
  assert.deepEqual([messages.length, file.byteLength > 500_000, typeof balance.balance], [5, true, "string"]);
  const data = new TextEncoder().encode(`%PDF-1.7 ${"x".repeat(500_000)}`);
  assert.ok((await smsc.senders.add({ name: "NewName", document: { data, fileName: "a.pdf" } })).id > 0);
  await assert.rejects(smsc.senders.remove({ name: "NewName" }), { code: "unauthorized", httpStatus: 403 });
  await assert.rejects(smsc.call("send.php", { phones: "79991234567", mes: "x" }), { httpStatus: 403 });
  // The Durable Object counts: the service permits three identical requests a minute.
  const lists = await Promise.allSettled(
    Array.from({ length: 5 }, async () => (await open(bearer)).tasks.list({ limit: 9 })),
  );
  const failed = lists.filter(({ status }) => status === "rejected").map(({ reason }) => reason);
  assert.deepEqual(
    failed.map(({ code, httpStatus }) => [code, httpStatus]),
    Array(2).fill(["rate_limited", 429]),
  );
  assert.ok(failed[0].retryAfterMs > 30_000);
}

async function behindAccess(url, open, team, sign) {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: team, aud: [AUDIENCE], exp: now + 300, iat: now };
  const valid = { "cf-access-jwt-assertion": await sign(claims) };
  assert.equal((await fetch(url, { headers: valid })).status, 200);
  assert.ok(await (await open(valid)).balance());
  const { exp, ...withoutEnd } = claims;
  const [head, body, signature] = valid["cf-access-jwt-assertion"].split(".");
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  for (const [name, token] of Object.entries({
    expired: await sign({ ...claims, exp: now - 300 }),
    "without an end": await sign(withoutEnd),
    "of another application": await sign({ ...claims, aud: ["another"] }),
    "of another team": await sign({ ...claims, iss: "https://another.cloudflareaccess.com" }),
    "of another key": await sign(claims, await createKey()),
    "without a signature": `${encode({ alg: "none" })}.${body}.`,
    changed: `${head}.${encode({ ...claims, exp: now + 999_999 })}.${signature}`,
    "no token": "x",
  })) {
    const headers = { "cf-access-jwt-assertion": token };
    assert.equal((await fetch(url, { headers })).status, 401, name);
    await assert.rejects((await open(headers)).balance(), { httpStatus: 401 }, name);
  }
  // The other way in is closed.
  assert.equal((await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } })).status, 401);
}

const RS256 = {
  name: "RSASSA-PKCS1-v1_5",
  hash: "SHA-256",
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const createKey = () => crypto.subtle.generateKey(RS256, true, ["sign", "verify"]);

/** A team's address with its keys, and a function that signs claims as Access does. */
async function servingKeys(use) {
  const own = await createKey();
  const jwk = { ...(await crypto.subtle.exportKey("jwk", own.publicKey)), kid: "one", alg: "RS256", use: "sig" };
  const server = createServer((request, response) => {
    assert.equal(request.url, "/cdn-cgi/access/certs");
    response.setHeader("content-type", "application/json").end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const sign = async (claims, { privateKey } = own) => {
    const text = `${encode({ alg: "RS256", kid: "one" })}.${encode(claims)}`;
    const signature = await crypto.subtle.sign(RS256.name, privateKey, Buffer.from(text));
    return `${text}.${Buffer.from(signature).toString("base64url")}`;
  };
  try {
    await use(`http://127.0.0.1:${server.address().port}`, sign);
  } finally {
    server.close();
  }
}
