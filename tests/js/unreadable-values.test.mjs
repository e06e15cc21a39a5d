/** Values that throw when they are read, or call back at once, fail their own call and no other. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient, parseCsv, SmscError } from "smsc-wasm";
import { rejectsWith, setup, stubClient } from "./support/account.mjs";
import { documents } from "./support/documents.mjs";

const revoked = () => {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
};
const throwing = new Proxy(
  {},
  {
    get() {
      throw new Error("unreadable");
    },
  },
);
const throwingTag = {
  get [Symbol.toStringTag]() {
    throw new Error("unreadable");
  },
};

describe("a value that throws when it is read", () => {
  const calls = {
    "in a parameter of a script": ["invalid_parameter", (smsc) => smsc.call("balance.php", { a: throwingTag })],
    "as a list": ["invalid_parameter", (smsc) => smsc.history.list({ phones: revoked() })],
    "as a date": ["invalid_parameter", (smsc) => smsc.history.list({ start: Object.create(Date.prototype) })],
    "as the query": ["invalid_parameter", (smsc) => smsc.history.list(throwing)],
    "as a document": ["invalid_parameter", (smsc) => smsc.senders.add({ name: "A", document: throwing })],
    "as the options": ["invalid_option", (smsc) => smsc.history.list({}, throwing)],
    "as the options of an iteration": ["invalid_option", (smsc) => smsc.history.iterate({}, throwing).next()],
    "as the options of names": ["invalid_option", (smsc) => smsc.senders.iterate({}, throwing).toArray(1)],
    "as the query of an iteration": ["invalid_parameter", (smsc) => smsc.history.iterate(throwing).next()],
    "as the signal": ["invalid_option", (smsc) => smsc.history.iterate({}, { signal: revoked() }).next()],
  };
  for (const [name, [code, call]] of Object.entries(calls)) {
    test(`${name} rejects with ${code}, and a sent change ends as it would`, async () => {
      const { smsc, emulator } = await setup();
      const added = smsc.senders.add({ name: "OTHER" });
      await rejectsWith(call(smsc), code);
      await added;
      assert.ok(emulator.requests.length >= 1);
    });
  }
});

describe("a getter that throws", () => {
  const thrown = new Error("unreadable");
  const getter = (name) =>
    Object.defineProperty({}, name, {
      enumerable: true,
      get() {
        throw thrown;
      },
    });
  const calls = {
    "of a query": ["start", (smsc) => smsc.history.list(getter("start"))],
    "of the query of an iteration": ["phones", (smsc) => smsc.history.iterate(getter("phones")).next()],
    "of the query of pages": ["limit", (smsc) => smsc.history.pages(getter("limit")).next()],
    "of the query of names": ["all", (smsc) => smsc.senders.iterate(getter("all")).toArray(1)],
    "of a sender name": ["name", (smsc) => smsc.senders.add(getter("name"))],
    "of a task": ["id", (smsc) => smsc.tasks.rows(getter("id")).next()],
    "of parameters": [undefined, (smsc) => smsc.call("balance.php", getter("cur"))],
    "of options of rows": ["options", (smsc) => smsc.tasks.rows({ id: 1 }, getter("header")).next()],
    "of options of parseCsv": ["options", () => parseCsv("a;b", getter("header")).next()],
  };
  for (const [name, [parameter, call]] of Object.entries(calls)) {
    test(`${name} is invalid_parameter with the thrown value as the cause`, async () => {
      const { smsc, calls } = await stubClient("[]");
      const error = await rejectsWith(call(smsc), "invalid_parameter");
      assert.deepEqual([error.parameter, calls.length], [parameter, 0]);
      assert.equal(error.cause, thrown);
    });
  }

  test("of an option of a client or a call is invalid_option with the cause", async () => {
    const { smsc } = await stubClient("[]");
    assert.equal((await rejectsWith(createClient(getter("apiKey")), "invalid_option")).cause, thrown);
    assert.equal((await rejectsWith(smsc.tasks.list({}, getter("timeoutMs")), "invalid_option")).cause, thrown);
    // The next error has no cause of another one.
    assert.equal((await rejectsWith(smsc.tasks.list({ limit: 0 }), "invalid_parameter")).cause, undefined);
  });
});

describe("a thrown value", () => {
  const withProxy = Object.assign(new Error("no connection"), { draft: revoked(), list: [revoked()] });
  const manyTexts = Array.from({ length: 200_000 }, (_, index) => `a text with a number: ${index}`);
  const huge = "x".repeat(2 ** 28);
  for (const [name, thrown, message] of [
    ["with revoked proxies", withProxy, /"no connection"$/],
    ["that is a revoked proxy", revoked(), /cannot be read/],
    [
      "with huge texts",
      Object.assign(new Error("no connection"), { texts: [huge, `${huge}1`, `${huge}2`] }),
      /"no conn/,
    ],
    ["with many texts", Object.assign(new Error("no connection"), { manyTexts }), /"no connection"$/],
    ["with a huge message", new Error(huge), /"a text of 268435456 characters"$/],
    ["that is a huge text", huge, /"a text of 268435456 characters"$/],
    ["with a huge name and code", { name: huge, cause: { code: huge } }, /"a text of 268435456 characters \(a text of/],
  ]) {
    test(`${name} fails its own call alone`, async () => {
      let respond;
      const held = await stubClient(() => new Promise((resolve) => (respond = resolve)));
      const inFlight = held.smsc.balance();
      const throws = () => {
        throw thrown;
      };
      const { smsc } = await stubClient(throws, { maxRetries: 0 });
      const error = await rejectsWith(smsc.balance(), "connection");
      assert.match(error.message, message);
      assert.equal(typeof JSON.stringify(error), "string");
      respond(new Response('{"balance":"1"}'));
      assert.deepEqual(await inFlight, { balance: "1" });
    });
  }

  test("that cannot become a text does not prevent the JSON of the error", async () => {
    const reason = Object.create(null);
    const { smsc } = await setup();
    const aborted = await rejectsWith(smsc.balance({ signal: AbortSignal.abort(reason) }), "aborted");
    assert.equal(JSON.parse(JSON.stringify(aborted)).cause.message, "a value that cannot be read");
    assert.equal(revoked() instanceof SmscError, false);
  });
});

test("a promise whose `then` was replaced fails its own call alone", async () => {
  const promise = Promise.resolve(new Response('{"balance":"1"}'));
  // biome-ignore lint/suspicious/noThenProperty: the test is about it.
  promise.then = () => {
    throw new Error("replaced");
  };
  const smsc = await createClient({ apiKey: "demo-key", rateLimit: "off", fetch: () => promise });
  assert.deepEqual(await smsc.balance(), { balance: "1" });
});

describe("a document", () => {
  test("whose buffer is transferred after the call is sent as it was", async () => {
    const { smsc, calls } = await stubClient('{"sender":5}');
    const bytes = new Uint8Array(documents.pdf);
    const added = smsc.senders.add({ name: "A", document: bytes });
    structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
    const error = await added.then(
      () => undefined,
      (thrown) => thrown,
    );
    assert.equal(error, undefined);
    assert.equal(calls.length, 1);
  });

  test("whose size is no number is rejected", async () => {
    const { smsc } = await setup();
    const document = { [Symbol.toStringTag]: "Blob", size: 5n, arrayBuffer: async () => new ArrayBuffer(5) };
    await rejectsWith(smsc.senders.add({ name: "A", document }), "invalid_parameter");
    assert.ok((await smsc.balance()).balance);
  });
});

describe("a custom signal", () => {
  test("may call its listener at once", async () => {
    const { smsc } = await setup();
    const signal = {
      aborted: false,
      reason: "now",
      addEventListener(_, listener) {
        this.aborted = true;
        listener();
      },
      removeEventListener() {},
    };
    assert.equal((await rejectsWith(smsc.history.list({}, { signal }), "aborted")).cause, "now");
  });

  test("may throw when it is read", async () => {
    const { smsc } = await setup();
    const signal = {
      get aborted() {
        throw new Error("unreadable");
      },
      addEventListener() {},
      removeEventListener() {},
    };
    assert.ok((await smsc.history.list({}, { signal })).messages.length > 0);
  });
});

test("a getter of the options may call the client", async () => {
  const { smsc } = await setup();
  const options = {
    signal: new AbortController().signal,
    get rateLimit() {
      smsc.balance({ signal: new AbortController().signal }).catch(() => {});
      return "off";
    },
  };
  assert.ok((await smsc.history.list({}, options)).messages.length > 0);
});

describe("a custom response", () => {
  const transferred = () => {
    const chunk = new Uint8Array([91, 93]);
    structuredClone(chunk.buffer, { transfer: [chunk.buffer] });
    return chunk;
  };
  const withChunk = (value, atEnd = () => {}) => ({
    status: 200,
    headers: new Headers(),
    body: {
      getReader: () => {
        let isRead = false;
        const read = async () => {
          const done = isRead;
          isRead = true;
          if (done) atEnd(value);
          return done ? { done } : { done, value };
        };
        return { read, cancel: async () => {} };
      },
    },
  });
  for (const [name, response] of Object.entries({
    "with a chunk that is a text": withChunk("[]"),
    "with a chunk that is missing": withChunk(undefined),
    "with a chunk whose buffer was transferred": withChunk(transferred()),
    "with a chunk whose buffer is transferred later": withChunk(new Uint8Array([91, 93]), ({ buffer }) =>
      structuredClone(buffer, { transfer: [buffer] }),
    ),
    "whose arrayBuffer gives a number": { status: 200, headers: new Headers(), arrayBuffer: async () => 5 },
  })) {
    test(`${name} is a connection error`, async () => {
      const { smsc } = await stubClient(response, { maxRetries: 0 });
      await rejectsWith(smsc.tasks.list(), "connection");
    });
  }

  test("is decoded by the charset of its content type, however that is spelled", async () => {
    const body = new Uint8Array(
      [...'[{"id":1,"message":"'].map((c) => c.charCodeAt(0)).concat(0xd0, 0x90, 0x22, 0x7d, 0x5d),
    );
    for (const label of ['"windows-1251"', "cp1251", "x-cp1251", "windows-1251"]) {
      const headers = { "content-type": `application/json; charset=${label}` };
      const { smsc } = await stubClient(() => new Response(body, { headers }));
      assert.equal((await smsc.history.list()).messages[0].message, "Рђ", label);
    }
  });
});

describe("waits for tasks share polls, not options", () => {
  test("a poll that times out for one caller goes on for another", async () => {
    let requests = 0;
    const { smsc } = await stubClient(({ signal }) => {
      requests += 1;
      if (requests > 1) return new Response('[{"id":1,"name":"x","status":2}]');
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    const impatient = rejectsWith(smsc.tasks.waitFor(1, { timeoutMs: 50, maxRetries: 0 }), "timeout");
    assert.equal((await smsc.tasks.waitFor(1, { maxWaitMs: Number.POSITIVE_INFINITY })).status, 2);
    await impatient;
  });
});
