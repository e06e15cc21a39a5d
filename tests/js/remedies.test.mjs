/** Messages of common mistakes say what to do. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createClient, parseCsv, sumCosts } from "smsc-wasm";
import { collect, rejectsWith, setup, stubClient } from "./support/account.mjs";
import { documents } from "./support/documents.mjs";

const { smsc, emulator } = await setup();
const { history, senders, tasks } = smsc;

/** Tests a table of `[title, call, end of the message]`: each call must reject before a request is sent. */
function table(code, rows) {
  for (const [title, call, end] of rows) {
    test(title, async () => {
      emulator.requests.length = 0;
      const { message } = await rejectsWith((async () => call())(), code);
      assert.ok(message.endsWith(end), message);
      assert.equal(emulator.requests.length, 0);
    });
  }
}

const first = (iterator) => iterator.next();

describe("an id or a name without its object", () => {
  table("invalid_parameter", [
    ["tasks.download: an id", () => tasks.download(303), "and got 303. Pass `{ id: 303 }`."],
    ["tasks.download: an id as a bigint", () => tasks.download(303n), "Pass `{ id: 303n }`."],
    ["tasks.rows: an id", () => first(tasks.rows(303)), "Pass `{ id: 303 }`."],
    ["tasks.rows: digits", () => first(tasks.rows("303")), 'Pass `{ id: "303" }` or `{ name: "303" }`.'],
    ["senders.get: a name", () => senders.get("ALMA"), 'Pass `{ name: "ALMA" }`.'],
    ["senders.add: a name", () => senders.add("ALMA"), 'Pass `{ name: "ALMA" }`.'],
    ["senders.remove: a name", () => senders.remove("X"), 'Pass `{ name: "X" }`.'],
    ["senders.remove: an id", () => senders.remove(5), "Pass `{ id: 5 }`."],
    ["tasks.get: an object", () => tasks.get({ id: 5 }), "and got an object: pass its `id` alone"],
    ["tasks.download: `file`", () => tasks.download({ file: "a.csv" }), "Did you mean `name`?"],
    ["tasks.rows: `file`", () => first(tasks.rows({ file: "a.csv" })), "Did you mean `name`?"],
  ]);

  test("a whole task or sender name", async () => {
    const task = await tasks.waitFor(303);
    const download = await rejectsWith(tasks.download(task), "invalid_parameter");
    assert.equal(download.message, "Unknown parameter `status`. Pass only `{ id: 303 }`.");
    assert.equal(download.parameter, "status");
    const [sender] = await senders.list({ all: true });
    const { message } = await rejectsWith(senders.remove(sender), "invalid_parameter");
    assert.match(message, new RegExp(`Pass only \`\\{ id: ${sender.id} \\}\`\\.$`));
    const typo = await rejectsWith(senders.remove({ id: 5, subacount: "x" }), "invalid_parameter");
    assert.equal(typo.message, "Unknown parameter `subacount`. Did you mean `subaccount`?");
  });
});

describe("an option in the argument before the options", () => {
  const { signal } = new AbortController();
  const misplaced = (name) => `\`${name}\` is an option: pass it in the next argument`;
  table("invalid_parameter", [
    ["history.list", () => history.list({ signal }), misplaced("signal")],
    ["history.iterate", () => first(history.iterate({ onProgress() {} })), misplaced("onProgress")],
    ["history.columns", () => first(history.columns({ select: ["phone"] })), misplaced("select")],
    ["history.ndjson", () => history.ndjson({ timeoutMs: 5 }).getReader().read(), misplaced("timeoutMs")],
    ["senders.list", () => senders.list({ maxRetries: 0 }), misplaced("maxRetries")],
    ["senders.iterate", () => first(senders.iterate({ totalTimeoutMs: 5 })), misplaced("totalTimeoutMs")],
    ["senders.get", () => senders.get({ id: 5, rateLimit: "off" }), misplaced("rateLimit")],
    ["senders.add", () => senders.add({ name: "A", timeoutMs: 5 }), misplaced("timeoutMs")],
    ["tasks.list", () => tasks.list({ onWait() {} }), misplaced("onWait")],
    ["tasks.download", () => tasks.download({ id: 303, onProgress() {} }), misplaced("onProgress")],
    ["tasks.rows", () => first(tasks.rows({ id: 303, header: true })), misplaced("header")],
    ["tasks.rows: `file` with an id", () => first(tasks.rows({ id: 303, file: "a.csv" })), misplaced("file")],
    ["tasks.columns", () => first(tasks.columns({ id: 303, select: ["a"] })), misplaced("select")],
    ["call", () => smsc.call("status.php", { signal }), misplaced("signal")],
    ["raw", () => smsc.raw("status.php", { idempotent: true }), misplaced("idempotent")],
  ]);

  test("an option of another method is an unknown parameter", async () => {
    const { message } = await rejectsWith(history.list({ maxWaitMs: 5 }), "invalid_parameter");
    assert.match(message, /^Unknown parameter `maxWaitMs`/);
  });
});

describe("parameters", () => {
  table("invalid_parameter", [
    ["a phone number as a number", () => history.list({ phones: [79991234567] }), "got 79991234567: pass it as a text"],
    ["`from`", () => history.list({ from: "2026-11-01" }), "Did you mean `start`?"],
    ["`to`", () => history.list({ to: "2026-11-01" }), "Did you mean `end`?"],
    [
      "`start` after `end`",
      () => history.list({ start: "2026-11-22", end: "2026-11-21" }),
      "`start` (22.11.2026) is after `end` (21.11.2026). `start` is the first day, and `end` the last",
    ],
    [
      "a field that messages do not have",
      () => first(history.columns({}, { select: ["phnoe"] })),
      "Unknown field `phnoe`. Did you mean `phone`?",
    ],
    ["a misspelled channel", () => history.list({ channel: "emial" }), 'and got "emial". Did you mean "email"?'],
    ["toArray", () => history.iterate().toArray(), "and got undefined"],
    ["a fractional limit", () => history.list({ limit: 1.5 }), "and got 1.5"],
  ]);
});

describe("documents", () => {
  const add = (document) => () => senders.add({ name: "SHOP", document });
  table("invalid_parameter", [
    [
      "a misspelled key",
      add({ data: documents.pdf, filename: "passport.pdf" }),
      "Unknown parameter `document.filename`. Did you mean `document.fileName`?",
    ],
    ["a path", add("a.pdf"), 'and got "a.pdf". Read the file first, for example with `openAsBlob`'],
    ["a promise", add(Promise.resolve(documents.pdf)), "and got a promise. Await it"],
    ["data that is a promise", add({ data: Promise.resolve(), fileName: "a.pdf" }), "and got a promise. Await it"],
  ]);

  test("only the name of a path is sent", async () => {
    const { smsc: client, emulator: other } = await setup({ senders: [] });
    for (const fileName of ["/home/me/c.pdf", "C:\\me\\c.pdf"]) {
      await client.senders.add({ name: `S${other.requests.length}`, document: { data: documents.pdf, fileName } });
      assert.equal(other.requests.at(-1).files[0].fileName, "c.pdf");
    }
  });
});

describe("options of a client", () => {
  const create = (options) => () => createClient({ apiKey: "demo-key", ...options });
  const scripts = "takes an address without the path of a script: `/sys/<script>.php` is appended to it";
  table("invalid_option", [
    ["a host as the region", create({ region: "smsc.kz" }), 'and got a text. Did you mean "kz"?'],
    ["a region in capitals", create({ region: "KZ" }), 'and got "KZ". Did you mean "kz"?'],
    ["a fraction", create({ maxRetries: 1.5 }), "and got 1.5"],
    ["`psw`", () => createClient({ login: "demo", psw: "demo" }), "Did you mean `password`?"],
    ["a key alone", () => createClient("demo-key"), "and got a text. An API key is passed as `{ apiKey }`."],
    [
      "a key with a line break",
      () => createClient({ apiKey: " key\n" }),
      "`apiKey` begins or ends with a line break or another control character, which a file may have added: remove it, " +
        "for example with `trim()`",
    ],
    ["baseUrl with /sys", create({ baseUrl: "https://proxy.example/sys" }), scripts],
    ["baseUrl with /sys/", create({ baseUrl: "https://proxy.example/sys/" }), scripts],
    ["baseUrl with a script", create({ baseUrl: "https://proxy.example/sys/get.php" }), scripts],
    [
      "a controller as the signal",
      () => history.list({}, { signal: new AbortController() }),
      "`signal` takes an AbortSignal: pass the controller's `signal`",
    ],
    [
      "a controller as the signal of a reading",
      () => first(parseCsv("a;b", { signal: new AbortController() })),
      "`signal` takes an AbortSignal: pass the controller's `signal`",
    ],
  ]);

  test("credentials() that returns a key", async () => {
    const { smsc: client } = await stubClient("[]", { apiKey: undefined, credentials: () => "demo-key" });
    const { message } = await rejectsWith(client.history.list(), "unauthorized");
    assert.match(message, /An API key is passed as `\{ apiKey \}`\.$/);
  });

  test("a baseUrl whose host or path only contains `sys` is accepted", async () => {
    for (const baseUrl of ["https://sys.example", "https://proxy.example/system", "https://proxy.example/mysys"])
      await createClient({ apiKey: "demo-key", baseUrl });
  });
});

describe("responses", () => {
  test("a script that does not exist was not run", async () => {
    const { smsc: client } = await stubClient(() => new Response("<html>Not Found</html>", { status: 404 }));
    const error = await rejectsWith(client.call("foo.php"), "http_status");
    const message = "the service's host has no script `foo.php` (HTTP status 404), so nothing was run there";
    assert.deepEqual([error.message, error.httpStatus], [message, 404]);
  });

  test("a file that is not ready can be waited for", async () => {
    const { smsc: client } = await setup({ tasks: [{ id: 5, status: 1 }] });
    const { message } = await rejectsWith(client.tasks.download({ id: 5 }), "not_found");
    assert.match(message, /or its file is not ready: wait for it with `tasks\.waitFor`/);
  });
});

describe("files", () => {
  const noText = "a file's name. Open it first, for example with `await openAsBlob(name)`";
  table("invalid_parameter", [
    ["parseCsv: a name", () => first(parseCsv("november.csv")), noText],
    ["parseCsv: a path", () => first(parseCsv("/tmp/my files/november.CSV.gz")), noText],
    ["parseCsv: an address", () => first(parseCsv("https://a.example/b.csv")), "Fetch it first, and pass the response"],
    [
      "parseCsv: a URL",
      () => first(parseCsv(new URL("https://a.example/b.csv"))),
      "Fetch it first, and pass the response",
    ],
    ["parseCsv: a promise", () => first(parseCsv(Promise.resolve("a;b"))), "and got a promise. Await it"],
    ["parseCsv: nothing", () => first(parseCsv()), "and got undefined"],
  ]);

  test("parseCsv: texts that only resemble a name are read", async () => {
    for (const text of ["a;b.csv", "a\nb.csv", "november.csv\n", "csv"])
      assert.ok((await collect(parseCsv(text, { header: false }))).length > 0, text);
  });

  const FILE_OPTIONS = [
    [
      (file) => file.text({ charset: "utf-8" }),
      /^Unknown option `charset`\. The options here are `encoding`, `file`, `maxBytes`/,
    ],
    [(file) => file.text({ encodings: "utf-8" }), /Did you mean `encoding`\?$/],
    [(file) => file.text("utf-8"), /^`options` takes an object, and got a text$/],
    [(file) => file.bytes({ maxByte: 1 }), /^Unknown option `maxByte`\. Did you mean `maxBytes`\?$/],
    [(file) => file.blob({ encoding: "utf-8" }), /^Unknown option `encoding`/],
    [(file) => file.blob(5), /^`options` takes an object, and got 5$/],
    [async (file) => file.stream({ onprogress() {} }), /Did you mean `onProgress`\?$/],
    [async (file) => file.stream([]), /^`options` takes an object, and got a list$/],
    [(file) => collect(file.rows("utf-8")), /^`options` takes an object, and got a text$/],
  ];
  test("unknown options are rejected before the file is read", async () => {
    const { smsc: client } = await setup();
    for (const [read, message] of FILE_OPTIONS) {
      const file = await client.tasks.download({ id: 303 });
      const error = await rejectsWith(read(file), "invalid_option");
      assert.match(error.message, message);
      assert.equal(error.endpoint ?? "tasks", "tasks");
      assert.ok((await file.text({ maxBytes: undefined, charset: undefined })).length > 0);
    }
  });
});

test("sumCosts names a message without a cost", () => {
  assert.equal(sumCosts([{ cost: "0.1" }, { cost: 2 }]), "2.1");
  assert.throws(() => sumCosts([{ cost: "1" }, { phone: "7" }]), {
    code: "invalid_parameter",
    parameter: "messages[1].cost",
    message: /and got undefined\. Leave out messages without a cost$/,
  });
});
