/** The options of `createProxy`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient, SmscError } from "smsc-wasm";
import { createProxy } from "smsc-wasm/proxy";

const VALID = { apiKey: "key", dangerouslyAllowAnyone: true };

function rejected(options) {
  try {
    createProxy(options);
  } catch (error) {
    assert.ok(error instanceof SmscError, String(error));
    assert.equal(error.code, "invalid_option");
    return error;
  }
  return assert.fail(`accepted ${JSON.stringify(options)}`);
}

const post = (proxy) => proxy(new Request("https://panel.example/sys/balance.php", { method: "POST", body: "" }));

test("proxy options: authorize or dangerouslyAllowAnyone is required, and only one", () => {
  const authorize = () => true;
  createProxy({ apiKey: "key", authorize });
  createProxy(VALID);
  for (const options of [
    { apiKey: "key" },
    { apiKey: "key", authorize: true },
    { apiKey: "key", dangerouslyAllowAnyone: "yes" },
    { apiKey: "key", dangerouslyAllowAnyone: false },
    { ...VALID, authorize },
  ]) {
    assert.equal(rejected(options).parameter, "authorize");
  }
});

test("proxy options: an account is required", () => {
  for (const apiKey of [undefined, null, ""]) {
    const { parameter, message } = rejected({ ...VALID, apiKey });
    assert.equal(parameter, "apiKey");
    assert.match(message, /environment variable/);
  }
  createProxy({ dangerouslyAllowAnyone: true, baseUrl: "https://gateway.example" });
});

test("proxy options: an unknown name is rejected with the nearest one", () => {
  for (const [name, nearest] of [
    ["allowed", "allow"],
    ["origin", "origins"],
    ["authorise", "authorize"],
    ["basepath", "basePath"],
    ["timeout", "timeoutMs"],
    ["maxBodyByte", "maxBodyBytes"],
    ["ratelimiter", "rateLimiter"],
  ]) {
    const { parameter, message } = rejected({ ...VALID, [name]: "x" });
    assert.equal(parameter, name);
    assert.equal(message, `Unknown option \`${name}\`. Did you mean \`${nearest}\`?`);
  }
  assert.match(
    rejected({ ...VALID, colour: 1 }).message,
    /^Unknown option `colour`\. The options here are `apiKey`, .*`basePath`/,
  );
});

test("proxy options: allow takes each method that sends a request", async () => {
  const smsc = await createClient({ apiKey: "key" });
  const methodsOf = (name) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(smsc[name])).map((key) => `${name}.${key}`);
  const methods = ["history", "senders", "tasks"].flatMap(methodsOf).filter((name) => !name.endsWith(".constructor"));
  assert.ok(methods.length > 15);
  for (const method of methods) createProxy({ ...VALID, allow: method });
});

test("proxy options: allow takes methods, read, scripts and *", () => {
  for (const allow of ["*", "read", "send.php", ["read", "senders.add", "status.php"], []])
    createProxy({ ...VALID, allow });
  assert.match(rejected({ ...VALID, allow: ["senders.Add"] }).message, /Did you mean `senders.add`/);
  for (const allow of ["", "history", "../send.php", "send.php/", 5, [["*"]], null]) {
    assert.equal(rejected({ ...VALID, allow }).parameter, "allow");
  }
});

test("proxy options: origins takes origins", () => {
  for (const origins of ["*", [], ["https://a.example", "https://a.example:8443/", new URL("http://localhost:5173")]]) {
    createProxy({ ...VALID, origins });
  }
  for (const origins of [
    "null",
    ["*.example"],
    ["https://a.example/panel"],
    ["https://a.example?x"],
    ["data:,x"],
    [5],
    null,
  ]) {
    assert.equal(rejected({ ...VALID, origins }).parameter, "origins");
  }
});

test("proxy options: paths, sizes and times", () => {
  for (const basePath of ["/smsc", "/smsc/", "/", "", "/api/v1.0/smsc"]) createProxy({ ...VALID, basePath });
  for (const basePath of ["smsc", "/sm%73c", "/smsc?x", "//", "https://a.example/smsc", 5, null]) {
    assert.equal(rejected({ ...VALID, basePath }).parameter, "basePath");
  }
  for (const [name, values] of Object.entries({
    maxBodyBytes: [0, -1, 1.5, "5", Number.NaN, Number.POSITIVE_INFINITY, null],
    timeoutMs: [0, "5", 2 ** 31],
    maxRateLimitWaitMs: [-1, "5"],
  })) {
    for (const value of values) {
      const { parameter, message } = rejected({ ...VALID, [name]: value });
      assert.equal(parameter, name);
      assert.match(message, /^`\w+` takes a whole number (of at least 1|from [01] to 2147483647), and got /);
    }
  }
  // A size is not limited as a time is.
  createProxy({ ...VALID, maxBodyBytes: 2 ** 32 });
  for (const value of [undefined, null, 5, "x"]) assert.equal(rejected(value).parameter, "options");
});

test("proxy options: a value that the client rejects is a response of 500, whose cause is logged", async () => {
  for (const [parameter, value] of [
    ["region", "smsc.kz"],
    ["rateLimit", "of"],
    ["baseUrl", "localhost:1"],
    ["apiKey", " k\n"],
    ["headers", 1],
    ["fetch", 1],
    ["rateLimiter", {}],
  ]) {
    const logged = [];
    const logger = { error: (_message, { status, error }) => logged.push([status, error.code, error.parameter]) };
    const account = parameter === "baseUrl" ? { dangerouslyAllowAnyone: true } : VALID;
    const proxy = createProxy({ ...account, logger, [parameter]: value });
    for (let request = 1; request <= 2; request++) {
      const response = await post(proxy);
      assert.equal(response.status, 500, parameter);
      assert.equal(response.headers.get("cache-control"), "no-store");
      const { error, error_code } = await response.json();
      assert.match(error, /logger/);
      assert.ok(!error.includes(parameter) && error_code === 500, error);
      assert.equal(logged.length, request, parameter);
      const [status, code, path] = logged.at(-1);
      assert.deepEqual([status, code, path.split(".")[0]], [500, "invalid_option", parameter]);
    }
  }
});

test("proxy options: a logger that the client rejects changes nothing in the response", async () => {
  for (const logger of [1, { error: 1 }]) assert.equal((await post(createProxy({ ...VALID, logger }))).status, 500);
});

test("proxy options: a change of the object after the call has no effect", async () => {
  const options = { ...VALID, dangerouslyAllowAnyone: undefined, authorize: () => false };
  const proxy = createProxy(options);
  options.authorize = () => true;
  options.allow = "*";
  assert.equal((await post(proxy)).status, 401);
});
