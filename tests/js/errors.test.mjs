/** The error code for each error of the service, and the properties of an `SmscError`. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { createClient, isSmscError, SmscError } from "smsc-wasm";
import { rejectsWith, setup, stubClient } from "./support/account.mjs";

const common = { 1: "invalid_parameter", 2: "unauthorized", 4: "ip_blocked", 9: "rate_limited" };
const unknown = Object.fromEntries([6, 12, 42, 77, 255, 1000].map((n) => [n, "unknown_api_error"]));
const senderErrors = {
  ...common,
  ...unknown,
  5: "not_saved",
  7: "invalid_number",
  8: "undeliverable",
  10: "code_already_sent",
  11: "wrong_code",
};

/** The code for each error number of each endpoint; `undefined` if the call returns an empty result. */
const ENDPOINTS = {
  history: [
    { list: (smsc) => smsc.history.list(), iterate: (smsc) => smsc.history.iterate().next() },
    { ...common, ...unknown, 3: undefined, 5: "unknown_api_error", 7: "unknown_api_error", 11: "unknown_api_error" },
  ],
  senders: [
    { list: (smsc) => smsc.senders.list(), iterate: (smsc) => smsc.senders.iterate().next() },
    { ...senderErrors, 3: undefined },
  ],
  "senders, changes": [
    {
      add: (smsc) => smsc.senders.add({ name: "A" }),
      update: (smsc) => smsc.senders.update({ id: 5, comment: "" }),
      sendCode: (smsc) => smsc.senders.sendCode({ name: "79161234567" }),
      confirmCode: (smsc) => smsc.senders.confirmCode({ name: "79161234567", code: "1" }),
      remove: (smsc) => smsc.senders.remove({ id: 5 }),
    },
    { ...senderErrors, 3: "not_found" },
  ],
  tasks: [
    { list: (smsc) => smsc.tasks.list(), get: (smsc) => smsc.tasks.get(301) },
    { ...common, ...unknown, 3: "unknown_api_error", 5: undefined, 7: "unknown_api_error" },
  ],
  "tasks, files": [
    {
      download: (smsc) => smsc.tasks.download({ id: 301 }),
      "download by name": (smsc) => smsc.tasks.download({ name: "x" }),
      rows: (smsc) => smsc.tasks.rows({ id: 301 }).next(),
    },
    { ...common, ...unknown, 3: "unknown_api_error", 5: "not_found", 7: "unknown_api_error" },
  ],
};

const text = "нет, (никак) <b>";
const FORMATS = {
  "fmt=0": (n) => `ERROR = ${n} (${text})`,
  "fmt=0 with a line break": (n) => `ERROR = ${n} (${text})\r\n`,
  "fmt=1": (n) => `0,-${n}`,
  "fmt=2": (n) => `<result>\n<error>нет, (никак) &lt;b&gt;</error>\n<error_code>${n}</error_code>\n</result>`,
  "fmt=3": (n) => `{\n"error": "${text}",\n"error_code": ${n}\n}`,
  "fmt=3, quoted": (n) => `{"error":"${text}","error_code":"${n}"}`,
};

describe("every error number", () => {
  for (const [endpoint, [calls, codes]] of Object.entries(ENDPOINTS)) {
    for (const [format, write] of Object.entries(FORMATS)) {
      test(`of ${endpoint}, in ${format}`, async () => {
        for (const [n, code] of Object.entries(codes)) {
          for (const [name, call] of Object.entries(calls)) {
            const { smsc, calls: sent } = await stubClient(write(n));
            if (code === undefined) {
              await call(smsc);
              continue;
            }
            const error = await rejectsWith(call(smsc), code);
            assert.equal(error.apiCode, Number(n), name);
            assert.equal(error.endpoint, endpoint.split(",")[0]);
            assert.equal(error.apiMessage, format === "fmt=1" ? undefined : text);
            assert.equal(error.httpStatus, undefined);
            const reads = !endpoint.endsWith("changes");
            assert.equal(error.retryable, reads && code === "rate_limited");
            assert.equal(sent.length, 1);
          }
        }
      });
    }
  }

  test("of a list that means not found is an empty list", async () => {
    const { smsc } = await stubClient(
      ({ url }) => `{"error": "x", "error_code": ${url.endsWith("downloads.php") ? 5 : 3}}`,
    );
    assert.deepEqual(await smsc.senders.list(), []);
    assert.deepEqual(await smsc.tasks.list(), []);
    assert.equal(await smsc.tasks.get(5), undefined);
    assert.deepEqual(await smsc.history.list(), { messages: [] });
  });

  test("of another command: the common codes, and `unknown_api_error` for the rest", async () => {
    for (const [n, code] of Object.entries({ ...common, ...unknown, 3: "unknown_api_error", 5: "unknown_api_error" })) {
      for (const call of ["call", "raw"]) {
        const { smsc } = await stubClient(`ERROR = ${n} (x)`);
        const error = await rejectsWith(smsc[call]("balance.php"), code);
        assert.deepEqual([error.endpoint, error.apiCode], ["balance.php", Number(n)]);
      }
    }
  });

  test("an error rejects `raw` in every format", async () => {
    const { smsc, emulator } = await setup();
    for (const fmt of [0, 1, 2, 3]) {
      emulator.faults.push({ code: 2 });
      assert.equal((await rejectsWith(smsc.raw("balance.php", { fmt }), "unauthorized")).apiCode, 2);
    }
  });

  test("the error of a rejected message rejects `call` and `raw`, without its id in the text", async () => {
    for (const [response, text] of [
      ["ERROR = 6 (message is denied), ID = 542", "message is denied"],
      ["542,-6", undefined],
      ["0,-6", undefined],
      ["<result><error>message is denied</error><error_code>6</error_code><id>542</id></result>", "message is denied"],
      ['{"error": "message is denied", "error_code": 6, "id": 542}', "message is denied"],
    ]) {
      for (const call of ["call", "raw"]) {
        const { smsc } = await stubClient(response);
        const error = await rejectsWith(
          smsc[call]("send.php", { phones: "79990000001", mes: "x" }),
          "unknown_api_error",
        );
        assert.deepEqual([error.apiCode, error.apiMessage], [6, text], response);
      }
    }
  });

  test("9 for concurrent requests is recognized by its text", async () => {
    for (const [response, code] of [
      ["ERROR = 9 (too many concurrent requests)", "too_many_connections"],
      ['{"error": "Too many concurrent requests", "error_code": 9}', "too_many_connections"],
      ["ERROR = 9 (duplicate request, wait a minute)", "rate_limited"],
      ["0,-9", "rate_limited"],
    ]) {
      const { smsc } = await stubClient(response);
      for (const call of [() => smsc.history.list(), () => smsc.senders.list(), () => smsc.tasks.download({ id: 1 })]) {
        assert.equal((await rejectsWith(call(), code)).retryable, true);
      }
      assert.equal((await rejectsWith(smsc.senders.remove({ id: 5 }), code)).retryable, false);
    }
  });

  test("a plain-text error is recognized although JSON was requested", async () => {
    const { smsc, emulator } = await setup({ plainErrors: true, language: "ru" });
    const error = await rejectsWith(smsc.senders.remove({ id: 1 }), "not_found");
    assert.deepEqual([error.apiCode, error.apiMessage], [3, "имя отправителя не найдено"]);
    emulator.faults.push({ kind: "plain-error", code: 8, text: "no (operator)" });
    assert.equal(
      (await rejectsWith(smsc.senders.sendCode({ name: "79161234567" }), "undeliverable")).apiMessage,
      "no (operator)",
    );
  });
});

describe("responses that resemble errors", () => {
  test("are returned as data", async () => {
    const message = '{"error": "x", "error_code": 2} ERROR = 2 (x)';
    const { smsc } = await stubClient(JSON.stringify([{ id: 1, name: message, status: "2" }]));
    assert.deepEqual(await smsc.tasks.list(), [{ id: 1, name: message, status: 2 }]);
    const file = await stubClient("ERROR;code\r\n1;2\r\n");
    assert.equal(await (await file.smsc.tasks.download({ id: 1 })).text(), "ERROR;code\r\n1;2\r\n");
  });

  test("an unrecognized response to a change leaves its outcome unknown", async () => {
    for (const body of ["maybe", "[]", "{}", "<html></html>", '{"result": "NO"}']) {
      const { smsc } = await stubClient(body);
      for (const call of [
        () => smsc.senders.add({ name: "A" }),
        () => smsc.senders.remove({ id: 5 }),
        () => smsc.senders.update({ id: 5, comment: "x" }),
      ]) {
        assert.match((await rejectsWith(call(), "bad_response")).message, /not known/);
      }
    }
  });

  test("a bare OK means success of a change, and `call` returns it as an object", async () => {
    const { smsc } = await stubClient("OK");
    assert.equal(await smsc.senders.remove({ id: 5 }), undefined);
    assert.deepEqual(await smsc.call("senders.php", { del: 1, id: 5 }), { result: "OK" });
    assert.equal(await smsc.raw("senders.php", { del: 1, id: 5 }), "OK");
    const json = await stubClient('{"result": "OK"}');
    assert.deepEqual(await json.smsc.call("senders.php", { del: 1, id: 5 }), { result: "OK" });
  });
});

describe("an SmscError", () => {
  const makeError = async () => {
    const { smsc, emulator } = await setup();
    emulator.faults.push({ code: 4, text: "blocked" });
    return rejectsWith(smsc.history.list(), "ip_blocked");
  };

  test("is an Error, with name, message and stack", async () => {
    const error = await makeError();
    assert.ok(error instanceof Error && error instanceof SmscError && isSmscError(error));
    assert.equal(error.name, "SmscError");
    assert.equal(error.constructor.name, "SmscError");
    assert.equal(Object.prototype.toString.call(error), "[object Error]");
    assert.ok(error.message.length > 5);
    assert.match(error.stack, /^SmscError: /);
    assert.equal(String(error), `SmscError: ${error.message}`);
  });

  test("has only the fields that apply, also in toJSON", async () => {
    const error = await makeError();
    const { name, message, ...fields } = JSON.parse(JSON.stringify(error));
    assert.deepEqual([name, message], ["SmscError", error.message]);
    assert.deepEqual(fields, {
      code: "ip_blocked",
      endpoint: "history",
      retryable: false,
      apiCode: 4,
      apiMessage: "blocked",
      attempts: 1,
    });
    for (const absent of ["httpStatus", "retryAfterMs", "parameter", "task", "cause"])
      assert.ok(!(absent in error), absent);
    const { smsc } = await stubClient(() => new Response("", { status: 503, headers: { "retry-after": "5" } }), {
      maxRetries: 0,
    });
    const json = (await rejectsWith(smsc.history.list(), "http_status")).toJSON();
    assert.deepEqual([json.httpStatus, json.retryAfterMs, json.retryable], [503, 5000, true]);
    assert.equal((await rejectsWith(smsc.history.list({ limit: 0 }), "invalid_parameter")).toJSON().parameter, "limit");
  });

  test("says in a field that the outcome of a change is unknown", async () => {
    const outcome = async (status, call) => {
      const { smsc } = await stubClient(() => new Response("", { status }), { maxRetries: 0 });
      const error = await rejectsWith(call(smsc), "http_status");
      assert.equal(/whether the change was made is not known/.test(error.message), "outcomeUnknown" in error);
      return error.toJSON().outcomeUnknown;
    };
    const remove = (smsc) => smsc.senders.remove({ id: 5 });
    assert.equal(await outcome(500, remove), true);
    assert.equal(await outcome(404, remove), undefined);
    assert.equal(await outcome(500, (smsc) => smsc.history.list()), undefined);
  });

  test("says that nothing was sent where the environment lacks something", async (t) => {
    const { fetch, AbortController } = globalThis;
    t.after(() => Object.assign(globalThis, { fetch, AbortController }));
    const smsc = await createClient({ apiKey: `lacking-${Math.random()}` });
    globalThis.fetch = undefined;
    const noFetch = await rejectsWith(smsc.senders.remove({ id: 5 }), "invalid_option");
    Object.assign(globalThis, { fetch, AbortController: undefined });
    const noController = await rejectsWith(smsc.senders.remove({ id: 5 }), "internal");
    for (const error of [noFetch, noController]) {
      assert.deepEqual([error.attempts, error.outcomeUnknown, error.endpoint], [0, undefined, "senders"]);
    }
    assert.equal(smsc.rateLimits().find(({ name }) => name === "connections")?.used ?? 0, 0);
  });

  test("names the endpoint alike before a request and after it", async () => {
    const { smsc } = await stubClient("<html>");
    const invalid = { timeoutMs: -1 };
    for (const [endpoint, call] of [
      ["balance.php", (options) => smsc.balance(options)],
      ["balance.php", (options) => smsc.call("balance", {}, options)],
      ["history", (options) => smsc.call("get.php", {}, options)],
      ["history", (options) => smsc.history.list({}, options)],
      ["senders", (options) => smsc.senders.list({}, options)],
    ]) {
      assert.equal((await rejectsWith(call(), "bad_response")).endpoint, endpoint);
      assert.equal((await rejectsWith(call(invalid), "invalid_option")).endpoint, endpoint);
    }
  });

  test("has the cause of a failure, and toJSON only its name and message", async () => {
    const cause = Object.assign(new RangeError("out of wires"), { detail: { deep: 1 } });
    const { smsc } = await stubClient(() => Promise.reject(cause), { maxRetries: 0 });
    const error = await rejectsWith(smsc.history.list(), "connection");
    assert.equal(error.cause, cause);
    assert.deepEqual(error.toJSON().cause, { name: "RangeError", message: "out of wires" });
    assert.ok(!("stack" in error.toJSON()));
  });

  test("is retryable for status 429 and 5xx", async () => {
    for (const [status, retryable] of [
      [400, false],
      [404, false],
      [429, true],
      [500, true],
      [503, true],
      [599, true],
    ]) {
      const { smsc } = await stubClient(() => new Response("", { status }), { maxRetries: 0 });
      const code = status === 429 ? "rate_limited" : "http_status";
      const error = await rejectsWith(smsc.history.list(), code);
      assert.deepEqual([error.retryable, error.httpStatus], [retryable, status]);
      assert.equal((await rejectsWith(smsc.senders.remove({ id: 5 }), code)).retryable, false);
    }
  });

  test("of a change has a time to wait if one is known, and says whether the change may have happened", async () => {
    const later = { "retry-after": "7" };
    const tooMany = '{"error": "too many concurrent requests", "error_code": 9}';
    for (const [response, expected] of [
      [() => new Response("", { status: 429, headers: later }), ["rate_limited", 7000, undefined]],
      [() => new Response("", { status: 429 }), ["rate_limited", undefined, undefined]],
      [() => '{"error": "duplicate request", "error_code": 9}', ["rate_limited", 60_000, undefined]],
      [() => tooMany, ["too_many_connections", undefined, undefined]],
      [() => new Response("", { status: 503, headers: later }), ["http_status", 7000, true]],
    ]) {
      const { smsc } = await stubClient(response, { apiKey: JSON.stringify(expected), rateLimit: "wait" });
      const { code, retryAfterMs, outcomeUnknown } = await rejectsWith(smsc.senders.add({ name: "A" }), expected[0]);
      assert.deepEqual([code, retryAfterMs, outcomeUnknown], expected);
    }
  });

  test("names the proxy for status 407", async () => {
    const { smsc } = await stubClient(() => new Response("", { status: 407 }));
    const error = await rejectsWith(smsc.history.list(), "http_status");
    assert.equal(error.httpStatus, 407);
    assert.match(error.message, /proxy.*add a user name and a password/);
    // The proxy did not forward the change.
    assert.doesNotMatch((await rejectsWith(smsc.senders.remove({ id: 5 }), "http_status")).message, /not known/);
    // As undici reports it from a tunnel.
    const cause = Object.assign(new Error("Proxy response (407) !== 200 when HTTP Tunneling"), {
      code: "UND_ERR_ABORTED",
    });
    const { smsc: tunnel } = await stubClient(() => Promise.reject(new TypeError("fetch failed", { cause })));
    const { message } = await rejectsWith(tunnel.history.list(), "connection");
    assert.match(message, /Proxy response \(407\).*add a user name and a password/);
  });

  test("counts the attempts that were sent, if a call was made", async () => {
    const { smsc } = await stubClient(() => Promise.reject(new TypeError("fetch failed")), { maxRetries: 1 });
    assert.equal((await rejectsWith(smsc.history.list(), "connection")).attempts, 2);
    assert.ok(!("attempts" in (await rejectsWith(smsc.history.list({ limit: 0 }), "invalid_parameter"))));
    const failing = await stubClient("[]", {
      apiKey: undefined,
      credentials: () => Promise.reject(new Error("no vault")),
    });
    assert.equal((await rejectsWith(failing.smsc.history.list(), "unauthorized")).attempts, 0);
  });

  test("of an iteration counts the attempts of its last request, and none if it is aborted between two", async () => {
    const { smsc, emulator } = await setup({ messages: 2500 }, { maxRetries: 1, maxRetryDelayMs: 1 });
    emulator.faults.push({ status: 503, times: 2, when: ({ parameters }) => "prev_id" in parameters });
    const failed = await rejectsWith(smsc.history.iterate().toArray(2500), "http_status");
    assert.deepEqual([failed.attempts, emulator.requests.length], [2, 3]);

    const controller = new AbortController();
    const pages = smsc.history.pages({}, { signal: controller.signal });
    await pages.next();
    controller.abort();
    assert.ok(!("attempts" in (await rejectsWith(pages.next(), "aborted"))));
  });

  test("of a change that the rate limits forbid has a time, and is not retryable, since nothing was sent", async () => {
    const { smsc, emulator } = await setup({ senders: [] }, { rateLimit: "fail", apiKey: "changes" });
    emulator.state.apiKey = "changes";
    for (let count = 0; count < 5; count++) await smsc.senders.add({ name: `N${count}` });
    const error = await rejectsWith(smsc.senders.add({ name: "N5" }), "rate_limited");
    assert.deepEqual([error.retryable, error.attempts, emulator.requests.length], [false, 0, 5]);
    assert.ok(error.retryAfterMs > 50_000 && error.retryAfterMs <= 61_000, String(error.retryAfterMs));
  });

  test("keeps its own words whatever the credentials are", async () => {
    for (const apiKey of ["a", "error", "the", "e"]) {
      const { smsc } = await stubClient('{"error": "authorise error", "error_code": 2}', { apiKey });
      const error = await rejectsWith(smsc.history.list(), "unauthorized");
      assert.match(
        error.message,
        /^wrong login, password or key, or an IP address outside the account's allow-list \(error 2: /,
      );
      assert.equal(error.apiMessage, "authorise error".replaceAll(apiKey, "[redacted]"));
      const html = await stubClient("<html>e</html>", { apiKey });
      assert.match(
        (await rejectsWith(html.smsc.tasks.list(), "bad_response")).message,
        /^the response is a page of HTML/,
      );
      const lost = await stubClient(() => Promise.reject(new Error("a bad error in the wires")), {
        apiKey,
        maxRetries: 0,
      });
      const connection = await rejectsWith(lost.smsc.tasks.list(), "connection");
      const quoted = "a bad error in the wires".replaceAll(apiKey, "[redacted]");
      assert.equal(connection.message, `the connection failed: "${quoted}"`);
    }
  });

  test("is recognized across two copies of the package", async () => {
    const other = createRequire(import.meta.url)("smsc-wasm");
    assert.notEqual(other.SmscError, SmscError);
    const ours = await rejectsWith(createClient({}), "invalid_option");
    const theirs = await other.createClient({}).catch((error) => error);
    for (const error of [ours, theirs]) {
      assert.ok(error instanceof SmscError && error instanceof other.SmscError);
      assert.ok(isSmscError(error) && other.isSmscError(error));
    }
  });

  test("is not any other value", () => {
    for (const value of [
      undefined,
      null,
      5,
      "SmscError",
      {},
      [],
      new Error("x"),
      { name: "SmscError", code: "aborted" },
    ]) {
      assert.equal(isSmscError(value), false);
      assert.equal(value instanceof SmscError, false);
    }
  });
});
