/** The example panel-server, started as its README says, with a panel of one page. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

// The folder of the installed example.
const folder = process.cwd();
const require = createRequire(join(folder, "server.mjs"));
const load = (name) => import(pathToFileURL(require.resolve(name)));
const [{ createClient }, { createEmulator }] = await Promise.all([load("smsc-wasm"), load("smsc-wasm/testing")]);

const panel = await mkdtemp(join(tmpdir(), "panel-"));
await writeFile(join(panel, "index.html"), "<title>Panel</title>");
await writeFile(join(panel, "main.js"), "export {};");
await writeFile(join(panel, "secret"), "not a file of the panel");

const children = [];
after(() => {
  for (const child of children) child.kill();
});

/** Starts the server, and returns the address that it prints, or its error. */
async function start(args = [], variables = {}) {
  const { SMSC_API_KEY, SMSC_LOGIN, SMSC_PASSWORD, SMSC_REGION, SMSC_BASE_URL, ...inherited } = process.env;
  const child = spawn(process.execPath, ["server.mjs", "--port", "0", "--panel", panel, ...args], {
    cwd: folder,
    env: { ...inherited, ...variables },
  });
  children.push(child);
  let output = "";
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  for await (const text of child.stdout.setEncoding("utf8")) {
    output += text;
    const address = /http:\/\/127\.0\.0\.1:\d+\/\?key=\S+/.exec(output)?.[0];
    if (address) return { address, origin: new URL(address).origin, output };
  }
  if (child.exitCode === null) await once(child, "exit");
  return { code: child.exitCode, errors };
}

/** Opens the printed address as a browser does, and returns the headers of its later requests. */
async function open({ address }) {
  const response = await fetch(address, { redirect: "manual" });
  assert.deepEqual([response.status, response.headers.get("location")], [303, "/"]);
  const cookie = response.headers.get("set-cookie");
  assert.match(cookie, /; HttpOnly; SameSite=Strict; Path=\/$/);
  return { cookie: cookie.split(";")[0] };
}

/** A request with any host and path, which `fetch` would not send. */
async function ask(origin, path, headers) {
  const outgoing = request(origin, { path, headers }).end();
  const [response] = await once(outgoing, "response");
  response.resume();
  return response.statusCode;
}

describe("panel-server", () => {
  test("serves the panel and the emulator's account, read-only, at its printed address", async () => {
    const server = await start();
    assert.match(server.output, /only reads.*emulator/);
    const headers = await open(server);
    const page = await fetch(`${server.origin}/`, { headers });
    assert.equal(await page.text(), "<title>Panel</title>");
    assert.match(page.headers.get("content-security-policy"), /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(
      (await fetch(`${server.origin}/main.js`, { headers })).headers.get("content-type"),
      "text/javascript; charset=utf-8",
    );
    assert.deepEqual(await (await fetch(`${server.origin}/panel.json`, { headers })).json(), { allow: [] });
    const smsc = await createClient({ baseUrl: `${server.origin}/smsc`, headers, maxRetries: 0 });
    assert.equal((await smsc.history.list({ limit: 5 })).messages.length, 5);
    await assert.rejects(smsc.senders.remove({ id: 1 }), { code: "unauthorized", httpStatus: 403 });
  });

  test("nothing is served without the key of this run, nor under another host", async () => {
    const { address, origin } = await start();
    for (const path of ["/", "/main.js", "/panel.json", "/?key=", "/?key=x", `/?key=${"x".repeat(32)}`]) {
      assert.equal(await ask(origin, path, {}), 403, path);
    }
    const without = await createClient({ baseUrl: `${origin}/smsc`, maxRetries: 0 });
    await assert.rejects(without.balance(), { code: "unauthorized", httpStatus: 401 });
    const { cookie } = await open({ address });
    assert.equal(await ask(origin, "/", { cookie }), 200);
    assert.equal(await ask(origin, "/", { cookie: `a=b; ${cookie}` }), 200);
    assert.equal(await ask(origin, "/", { cookie: `${cookie}x` }), 403);
    // A page of another site that names this machine in its own domain.
    assert.equal(await ask(origin, "/", { cookie, host: "rebound.example" }), 403);
    assert.equal(await ask(origin, `/${new URL(address).search}`, { host: "rebound.example" }), 403);
  });

  test("only files of the panel are served", async () => {
    const server = await start();
    const headers = await open(server);
    for (const path of [
      "/secret",
      "/../package.json",
      "/%2e%2e/package.json",
      "/..%2fpackage.json",
      "/%",
      "/main.js/",
      "/a%00.js",
    ]) {
      assert.equal(await ask(server.origin, path, headers), 404, path);
    }
  });

  test("uses the account of the environment, with the methods that are permitted", async () => {
    const emulator = createEmulator({ apiKey: "the key of the account" });
    const service = await emulator.listen();
    after(() => service.close());
    const variables = { SMSC_API_KEY: "the key of the account", SMSC_BASE_URL: service.url };
    const server = await start(["--allow", "senders.add,senders.remove"], variables);
    assert.match(server.output, /senders\.add, senders\.remove/);
    assert.ok(!server.output.includes("the key of the account"));
    const headers = await open(server);
    const { allow } = await (await fetch(`${server.origin}/panel.json`, { headers })).json();
    assert.deepEqual(allow, ["senders.add", "senders.remove"]);
    const smsc = await createClient({ baseUrl: `${server.origin}/smsc`, headers, maxRetries: 0 });
    await smsc.senders.add({ name: "NewName" });
    await smsc.senders.remove({ name: "NewName" });
    await assert.rejects(smsc.senders.update({ name: "MyShop", comment: "c" }), { code: "unauthorized" });
    assert.deepEqual(
      emulator.requests.map(({ code }) => code),
      [0, 0],
    );
  });

  test("a wrong setting ends it with a sentence", async () => {
    for (const [args, pattern] of [
      [["--allow", "senders.Add"], /Did you mean `senders\.add`/],
      [["--port", "x"], /--port/],
      [["--panel", join(panel, "missing")], /build the panel first/],
    ]) {
      const { code, errors } = await start(args);
      assert.equal(code, 1);
      assert.match(errors, pattern);
      assert.ok(!errors.includes("    at "), errors);
    }
  });
});
