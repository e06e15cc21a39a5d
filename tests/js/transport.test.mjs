/** Requests on the wire, custom fetch functions, redirects, and responses not from the service. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import nodeFetch2 from "node-fetch-2";
import nodeFetch3 from "node-fetch-3";
import { createClient } from "smsc-wasm";
import { createEmulator } from "smsc-wasm/testing";
import { fetch as undiciFetch } from "undici";
import { NOW, rejectsWith, setup, stubClient, stubFetch } from "./support/account.mjs";
import { documents } from "./support/documents.mjs";

const EMPTY = '{"error": "message not found", "error_code": 3}';

/** A local server, which is closed after the test. */
async function serve(t, handle) {
  const server = createServer(handle);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${server.address().port}`;
}

const bodyOf = async (request) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

describe("every request", () => {
  const calls = {
    "history.list": (smsc) => smsc.history.list({ phones: ["79161234567"] }),
    "senders.list": (smsc) => smsc.senders.list({ all: true }),
    "senders.add": (smsc) => smsc.senders.add({ name: "A", comment: "Привет & пока" }),
    "senders.add with a document": (smsc) => smsc.senders.add({ name: "A", document: documents.pdf }),
    "senders.update": (smsc) => smsc.senders.update({ name: "SHOP-24", comment: "х" }),
    "senders.sendCode": (smsc) => smsc.senders.sendCode({ name: "79261234567" }),
    "senders.confirmCode": (smsc) => smsc.senders.confirmCode({ name: "79261234567", code: "1" }),
    "senders.remove": (smsc) => smsc.senders.remove({ name: "SHOP-24" }),
    "tasks.list": (smsc) => smsc.tasks.list(),
    "tasks.get": (smsc) => smsc.tasks.get(301),
    "tasks.download": (smsc) => smsc.tasks.download({ id: 301 }),
    call: (smsc) => smsc.call("balance.php", { cur: true }),
    raw: (smsc) => smsc.raw("balance.php", { fmt: 2 }),
  };
  for (const [name, call] of Object.entries(calls)) {
    test(`${name}: POST, in UTF-8, with the credentials only in the body`, async () => {
      for (const credentials of [{ apiKey: "demo-key" }, { login: "demo", password: "demo" }]) {
        const emulator = createEmulator({ now: NOW, limits: false });
        const smsc = await createClient({ ...credentials, fetch: emulator.fetch, rateLimit: "off" });
        await call(smsc).catch((error) => assert.ok(error.apiCode, error));
        assert.equal(emulator.requests.length, 1);
        const [{ method, url, headers, parameters, charset }] = emulator.requests;
        assert.equal(method, "POST");
        assert.equal(charset, "utf-8");
        assert.equal(parameters.charset, "utf-8");
        assert.match(url, /^https:\/\/smsc\.ru\/sys\/(get|senders|downloads|balance)\.php$/);
        const { apiKey, login, password } = credentials;
        assert.deepEqual([parameters.apikey, parameters.login, parameters.psw], [apiKey, login, password]);
        for (const value of Object.values(headers)) assert.doesNotMatch(value, /demo/);
        const document = name.endsWith("document");
        assert.match(
          headers["content-type"],
          document ? /^multipart\/form-data/ : /^application\/x-www-form-urlencoded/,
        );
      }
    });
  }

  test("any text arrives unchanged", async () => {
    const { smsc, emulator } = await setup({ senders: [] });
    const comment = "100% & + = ; «ё» 🎉 \n\t\"'<>\\ \u2028 қ";
    await smsc.senders.add({ name: "A&B=C+D", comment });
    await smsc.senders.add({ name: "WITH-DOC", comment, document: documents.pdf });
    assert.equal(emulator.requests[0].parameters.cmt, comment);
    assert.equal(emulator.requests[0].parameters.sender, "A&B=C+D");
    // A form's line break is CRLF on the wire (RFC 7578).
    assert.equal(emulator.requests[1].parameters.cmt.replace("\r\n", "\n"), comment);
  });

  test("over real HTTP, with Node's fetch", async (t) => {
    const seen = [];
    const baseUrl = await serve(t, async (request, response) => {
      seen.push([request.method, request.url, request.headers["content-type"], await bodyOf(request)]);
      response.end('{"balance": "1"}');
    });
    const smsc = await createClient({ apiKey: "demo-key", baseUrl: `${baseUrl}/proxy/` });
    assert.deepEqual(await smsc.call("balance.php"), { balance: "1" });
    const [[method, url, type, body]] = seen;
    assert.deepEqual([method, url], ["POST", "/proxy/sys/balance.php"]);
    assert.match(type, /^application\/x-www-form-urlencoded/);
    const { apikey, charset, fmt } = Object.fromEntries(new URLSearchParams(body));
    assert.deepEqual([apikey, charset, fmt], ["demo-key", "utf-8", "3"]);
  });
});

describe("fetch", () => {
  test("is called without `this`", async () => {
    let self = "not called";
    const fetch = function () {
      self = this;
      return Promise.resolve(new Response(EMPTY));
    };
    await (await createClient({ apiKey: "demo-key", fetch, rateLimit: "off" })).history.list();
    assert.equal(self, undefined);
  });

  test("defaults to the current global fetch", async (t) => {
    const { fetch: original } = globalThis;
    t.after(() => {
      globalThis.fetch = original;
    });
    const smsc = await createClient({ apiKey: "demo-key", rateLimit: "off" });
    for (const balance of ["1", "2"]) {
      const fetch = stubFetch(`{"balance": "${balance}"}`);
      globalThis.fetch = fetch;
      assert.deepEqual(await smsc.call("balance.php"), { balance });
      assert.equal(fetch.calls.length, 1);
    }
  });

  test("may return only the status and text of a Response", async () => {
    const plain = (text, more) => () => ({ status: 200, text: async () => text, ...more });
    const { smsc } = await stubClient(plain('[{"id": 1, "name": "n", "status": "2"}]'));
    assert.deepEqual(await smsc.tasks.list(), [{ id: 1, name: "n", status: 2 }]);
    const bytes = await stubClient(
      plain("", { text: undefined, arrayBuffer: async () => new TextEncoder().encode("a;b\n1;2").buffer }),
    );
    const file = await bytes.smsc.tasks.download({ id: 1 });
    assert.equal(await file.text(), "a;b\n1;2");
    const failed = await stubClient(() => ({ status: 403, text: async () => "no" }));
    assert.equal((await rejectsWith(failed.smsc.history.list(), "http_status")).httpStatus, 403);
  });

  for (const [what, value] of [
    ["undefined", undefined],
    ["null", null],
    ["a text", "[]"],
    ["a number", 200],
    ["an empty object", {}],
    ["a Response without a body to read", { status: 200 }],
    ["a status that is a text", { status: "200", text: async () => EMPTY }],
  ]) {
    test(`that returns ${what} is bad_response, without a retry`, async () => {
      let count = 0;
      const fetch = () => {
        count++;
        return value;
      };
      const smsc = await createClient({ apiKey: "demo-key", fetch, rateLimit: "off" });
      const error = await rejectsWith(smsc.history.list(), "bad_response");
      assert.deepEqual([error.endpoint, error.retryable, count], ["history", false, 1]);
    });
  }

  for (const [what, thrown] of [
    ["a text", "offline"],
    ["null", null],
    ["undefined", undefined],
    ["a number", 5],
    ["an object", { code: "E" }],
    ["an Error", new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") })],
    ["an object that throws when read", Object.defineProperty({}, "message", { get: () => assert.fail("read") })],
  ]) {
    test(`that throws ${what} is a connection error, synchronous or asynchronous`, async () => {
      const throwing = {
        synchronous: () => {
          throw thrown;
        },
        asynchronous: () => Promise.reject(thrown),
      };
      for (const fetch of Object.values(throwing)) {
        const smsc = await createClient({ apiKey: "demo-key", fetch, maxRetries: 0, rateLimit: "off" });
        const error = await rejectsWith(smsc.history.list(), "connection");
        assert.deepEqual([error.endpoint, error.retryable], ["history", true]);
        if (thrown instanceof Error) assert.equal(error.cause, thrown);
        const change = await rejectsWith(smsc.senders.remove({ id: 5 }), "connection");
        assert.equal(change.retryable, false);
      }
    });
  }
});

describe("redirects", () => {
  test("on the same host are followed with method and body, for every status", async () => {
    for (const status of [301, 302, 303, 307, 308]) {
      const { smsc, calls } = await stubClient((call) =>
        call.url.includes("/new/")
          ? '{"balance": "1"}'
          : new Response(null, { status, headers: { location: "/new/sys/balance.php" } }),
      );
      assert.deepEqual(await smsc.call("balance.php"), { balance: "1" });
      assert.equal(calls.length, 2);
      assert.equal(calls[1].url, "https://smsc.ru/new/sys/balance.php");
      assert.deepEqual([calls[1].init.method, calls[1].init.body], ["POST", calls[0].init.body]);
    }
  });

  test("to another host are rejected, and no request reaches it", async (t) => {
    const received = [];
    const otherHost = await serve(t, (request, response) => {
      received.push(request.url);
      response.end(EMPTY);
    });
    // Another port counts as another host.
    const baseUrl = await serve(t, (_, response) => {
      response.writeHead(307, { location: `${otherHost}/sys/get.php` });
      response.end();
    });
    const smsc = await createClient({ apiKey: "demo-key", baseUrl, rateLimit: "off" });
    const error = await rejectsWith(smsc.history.list(), "bad_response");
    assert.equal(error.endpoint, "history");
    assert.deepEqual(received, []);
    assert.match((await rejectsWith(smsc.senders.remove({ id: 5 }), "bad_response")).message, /not known/);
    for (const location of [
      "//evil.example/",
      "http://smsc.ru/sys/get.php",
      "https://smsc.ru.evil.example/",
      "https://www2.smsc.ru/",
    ]) {
      const { smsc: other, calls } = await stubClient(() => new Response(null, { status: 302, headers: { location } }));
      await rejectsWith(other.history.list(), "bad_response");
      assert.equal(calls.length, 1, location);
    }
  });

  test("of a change after which it may have been made are not followed", async () => {
    for (const status of [301, 302, 303]) {
      const { smsc, calls } = await stubClient(() => new Response(null, { status, headers: { location: "?again" } }));
      const error = await rejectsWith(smsc.senders.remove({ id: 5 }), "bad_response");
      assert.match(error.message, /redirected the change.*whether the change was made is not known/);
      assert.deepEqual([calls.length, error.retryable], [1, false], String(status));
    }
  });

  test("of an upload send the document again", async () => {
    const { smsc, calls } = await stubClient((_, count) =>
      count === 1 ? new Response(null, { status: 308, headers: { location: "?again" } }) : '{"sender": 5}',
    );
    assert.deepEqual(await smsc.senders.add({ name: "A", document: documents.pdf }), { id: 5 });
    assert.equal(calls[1].parameters.file.size, documents.pdf.length);
  });

  test("in a loop are bad_response; one without a location is http_status", async () => {
    const loop = await stubClient(() => new Response(null, { status: 302, headers: { location: "/sys/get.php" } }));
    await rejectsWith(loop.smsc.history.list(), "bad_response");
    assert.ok(loop.calls.length < 25);
    const noLocation = await stubClient(() => new Response(null, { status: 302 }));
    assert.equal((await rejectsWith(noLocation.smsc.history.list(), "http_status")).httpStatus, 302);
  });
});

test("requests are not cached", async () => {
  const { smsc, calls } = await stubClient("[]");
  await smsc.tasks.list();
  assert.equal(calls[0].init.cache, "no-store");
});

describe("the size of a response", () => {
  const responseOf = (length) => JSON.stringify([{ id: 1, name: "x".repeat(length), status: 2 }]);

  test("above maxResponseBytes is bad_response, before the rest is read", async () => {
    let pulled = 0;
    const endless = () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            pulled++;
            controller.enqueue(new Uint8Array(1024).fill(32));
          },
        }),
      );
    const { smsc } = await stubClient(endless, { maxResponseBytes: 10_000 });
    const error = await rejectsWith(smsc.tasks.list(), "bad_response");
    assert.match(error.message, /10000/);
    assert.ok(pulled < 15, `${pulled} chunks were read`);
    const withLength = await stubClient(
      () => new Response(responseOf(20_000), { headers: { "content-length": "20000" } }),
      {
        maxResponseBytes: 10_000,
      },
    );
    await rejectsWith(withLength.smsc.tasks.list(), "bad_response");
    // A wrong length does not bypass the limit.
    const wrongLength = await stubClient(
      () => new Response(responseOf(20_000), { headers: { "content-length": "5" } }),
      {
        maxResponseBytes: 10_000,
      },
    );
    await rejectsWith(wrongLength.smsc.tasks.list(), "bad_response");
  });

  test("up to maxResponseBytes is valid, and a file may be larger", async () => {
    const exact = responseOf(100);
    const { smsc } = await stubClient(exact, { maxResponseBytes: exact.length });
    assert.equal((await smsc.tasks.list()).length, 1);
    const { smsc: other } = await setup({}, { maxResponseBytes: 1000 });
    assert.ok((await (await other.tasks.download({ id: 301 })).bytes()).length > 100_000);
  });
});

describe("the fetch of another package", () => {
  for (const [name, fetch] of Object.entries({ "node-fetch 2": nodeFetch2, "node-fetch 3": nodeFetch3, undiciFetch })) {
    test(`${name} sends and receives, documents included`, async (t) => {
      const emulator = createEmulator({ now: NOW, limits: false, senders: [] });
      const { url, close } = await emulator.listen();
      t.after(close);
      const smsc = await createClient({ apiKey: "demo-key", baseUrl: url, rateLimit: "off", fetch });
      assert.equal((await smsc.history.list({ limit: 5 })).messages.length, 5);
      const document = new File([documents.pdf], 'Мой "знак".pdf');
      const { id } = await smsc.senders.add({ name: "ALMA", document, documentInfo: "Знак" });
      const [{ files }] = emulator.state.senders.filter((sender) => sender.id === id);
      assert.deepEqual([files[0].size, files[0].info], [documents.pdf.length, "Знак"]);
      assert.ok((await (await smsc.tasks.download({ id: 301 })).bytes()).length > 100_000);
      await rejectsWith(smsc.senders.remove({ id: 1 }), "not_found");
    });
  }
});

describe("responses not from the service", () => {
  test("HTML with status 200 is bad_response, without a retry", async () => {
    for (const call of [
      (smsc) => smsc.history.list(),
      (smsc) => smsc.senders.list(),
      (smsc) => smsc.tasks.list(),
      (smsc) => smsc.tasks.download({ id: 301 }),
      (smsc) => smsc.call("balance.php"),
    ]) {
      const { smsc, emulator } = await setup();
      emulator.faults.push({ kind: "html", times: 5 });
      const error = await rejectsWith(call(smsc), "bad_response");
      assert.equal(error.retryable, false);
      assert.equal(emulator.requests.length, 1);
    }
  });

  test("another status is http_status", async () => {
    const { smsc, emulator } = await setup();
    for (const status of [400, 401, 403, 404, 410]) {
      emulator.requests.length = 0;
      emulator.faults.push({ status });
      const error = await rejectsWith(smsc.history.list(), "http_status");
      assert.deepEqual([error.httpStatus, error.retryable, error.endpoint], [status, false, "history"]);
      assert.equal(emulator.requests.length, 1);
    }
  });

  test("JSON of an unexpected type is bad_response", async () => {
    for (const body of ["5", '"x"', '[{"status": ', "[5]", "nonsense", '{"sender": 5}']) {
      const { smsc } = await stubClient(body, { maxRetries: 0 });
      await rejectsWith(smsc.history.list(), "bad_response");
      await rejectsWith(smsc.tasks.list(), "bad_response");
    }
  });
});
