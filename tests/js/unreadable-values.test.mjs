/** Values that throw when they are read, or call back at once, fail their own call and no other. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rejectsWith, setup, stubClient } from "./support/account.mjs";

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
  const withChunk = (value) => ({
    status: 200,
    headers: new Headers(),
    body: {
      getReader: () => {
        let isRead = false;
        const read = async () => {
          const done = isRead;
          isRead = true;
          return done ? { done } : { done, value };
        };
        return { read, cancel: async () => {} };
      },
    },
  });
  for (const [name, response] of Object.entries({
    "with a chunk that is a text": withChunk("[]"),
    "with a chunk that is missing": withChunk(undefined),
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
