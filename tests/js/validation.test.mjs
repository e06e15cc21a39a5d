/** Invalid arguments reject before a request is sent, with the parameter's path. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseCsv } from "smsc-wasm";
import { collect, rejectsWith, setup } from "./support/account.mjs";
import { BELARUS, documents, UKRAINE } from "./support/documents.mjs";

const { smsc, emulator } = await setup();
const { history, senders, tasks } = smsc;

/** Tests a table of `[title, call, parameter]`: each call must reject with the parameter, and send no request. */
function table(endpoint, code, rows) {
  for (const [title, call, parameter] of rows) {
    test(title, async () => {
      emulator.requests.length = 0;
      const error = await rejectsWith((async () => call())(), code);
      assert.equal(emulator.requests.length, 0, "a request was sent");
      assert.equal(error.endpoint, endpoint);
      assert.equal(error.retryable, false);
      if (parameter === undefined) return;
      assert.equal(error.parameter, parameter);
      // Messages about `csv` options name them without the prefix.
      assert.ok(error.message.includes(parameter), error.message);
    });
  }
}

const first = (iterator) => iterator.next();

describe("history", () => {
  const list = (query) => () => history.list(query);
  const dates = [
    ["a day that does not exist", "2026-02-29"],
    ["the 31st of April", "31.04.2026"],
    ["month 13", "2026-13-01"],
    ["day 0", "00.01.2026"],
    ["an American date", "11/21/2026"],
    ["one digit", "1.2.2026"],
    ["a date with a time", "2026-11-21T10:00:00Z"],
    ["an empty string", ""],
    ["a word", "yesterday"],
    ["a number", 1_700_000_000],
    ["an invalid Date", new Date("x")],
    ["a list", ["2026-11-21"]],
    ["an object", {}],
  ];
  table(
    "history",
    "invalid_parameter",
    dates.flatMap(([what, value]) => [
      [`start: ${what}`, list({ start: value }), "start"],
      [`end: ${what}`, list({ end: value }), "end"],
      [`iterate, start: ${what}`, () => first(history.iterate({ start: value })), "start"],
    ]),
  );
  table("history", "invalid_parameter", [
    ["start after end", list({ start: "2026-11-22", end: "2026-11-21" }), "start"],
    ["start after end, in both formats", list({ start: "01.12.2026", end: "2026-11-30" }), "start"],
    ["start after end, as Dates", list({ start: new Date(2e12), end: new Date(1e12) }), "start"],
    [
      "start after end, in an iteration",
      () => first(history.pages({ start: "2026-11-22", end: "2026-11-21" })),
      "start",
    ],
    ["more than half a year in one request", list({ start: "2026-01-01", end: "2026-11-21" })],
    ["no numbers", list({ phones: [] }), "phones"],
    ["numbers as a string", list({ phones: "79161234567" }), "phones"],
    ["a number as a number", list({ phones: [79161234567] }), "phones[0]"],
    ["a number of 4 digits", list({ phones: ["1234"] }), "phones[0]"],
    ["a number of 16 digits", list({ phones: ["1234567890123456"] }), "phones[0]"],
    ["a number with letters", list({ phones: ["79161234567", "7916abc4567"] }), "phones[1]"],
    ["a number with a comma", list({ phones: ["79161234567,79161234568"] }), "phones[0]"],
    ["an empty number", list({ phones: [""] }), "phones[0]"],
    ["null as a number", list({ phones: [null] }), "phones[0]"],
    ["no addresses", list({ emails: [] }), "emails"],
    ["an address without @", list({ emails: ["nobody"] }), "emails[0]"],
    ["an address with a comma", list({ emails: ["a@b.example,c@d.example"] }), "emails[0]"],
    ["addresses as a string", list({ emails: "a@b.example" }), "emails"],
    ["numbers together with addresses", list({ phones: ["79161234567"], emails: ["a@b.example"] }), "phones"],
    ["numbers of the e-mail channel", list({ phones: ["79161234567"], channel: "email" }), "phones"],
    ["an unknown channel", list({ channel: "viber" }), "channel"],
    ["limit 0", list({ limit: 0 }), "limit"],
    ["limit 1001", list({ limit: 1001 }), "limit"],
    ["negative limit", list({ limit: -1 }), "limit"],
    ["fractional limit", list({ limit: 1.5 }), "limit"],
    ["limit as string", list({ limit: "10" }), "limit"],
    ["limit NaN", list({ limit: Number.NaN }), "limit"],
    ["limit Infinity", list({ limit: Number.POSITIVE_INFINITY }), "limit"],
    ["iterate: limit 0", () => first(history.iterate({ limit: 0 })), "limit"],
    ["a cursor that is not an id", list({ cursor: "abc" }), "cursor"],
    ["a negative cursor", list({ cursor: -5 }), "cursor"],
    ["an empty cursor", list({ cursor: "" }), "cursor"],
    ["a cursor of another query", list({ cursor: "1~0__5" }), "cursor"],
    ["list: both channels", list({ channel: "all" }), "channel"],
    [
      "iterate: both channels with phones",
      () => first(history.iterate({ channel: "all", phones: ["79161234567"] })),
      "phones",
    ],
    [
      "iterate: both channels with e-mails",
      () => first(history.iterate({ channel: "all", emails: ["a@b.example"] })),
      "channel",
    ],
    ["a fractional cursor", list({ cursor: 1.5 }), "cursor"],
    ["an unknown parameter", list({ phone: ["79161234567"] }), "phone"],
    ["iterate: an unknown parameter", () => first(history.iterate({ from: "2026-11-21" })), "from"],
    ["the service's name of a parameter", list({ prev_id: "1" }), "prev_id"],
    ["a string as the query", list("2026-11-21")],
    ["an array as the query", list([])],
    ["a function as the query", list(() => {})],
    ["iterate: a string as the query", () => first(history.iterate("2026-11-21"))],
  ]);

  test("an empty cursor, with the way to begin anew", async () => {
    const error = await rejectsWith(history.list({ cursor: "" }), "invalid_parameter");
    const expected = 'a `nextCursor`, an id in digits, or `undefined` to begin with the newest, and got ""';
    assert.equal(error.message, `\`cursor\` takes ${expected}`);
  });

  test("addresses with channel sms", async () => {
    emulator.requests.length = 0;
    const error = await rejectsWith(history.list({ emails: ["a@b.example"], channel: "sms" }), "invalid_parameter");
    assert.match(error.parameter, /^(emails|channel)$/);
    assert.equal(emulator.requests.length, 0);
  });

  test("valid numbers in any notation and limits at their bounds are accepted", async () => {
    for (const query of [
      { phones: ["+7 (916) 123-45-67", "12345", "123456789012345"] },
      { limit: 1 },
      { limit: 1000 },
      { start: "2026-11-21", end: "21.11.2026" },
      { start: "2026-06-01", end: "2026-11-21" },
      { start: undefined, phones: undefined },
    ]) {
      await history.list(query);
    }
  });
});

describe("sender names", () => {
  const add = (sender) => () => senders.add({ name: "SHOP", ...sender });
  const register = (registrations) => add({ registrations });
  table("senders", "invalid_parameter", [
    ["list: changedSince", () => senders.list({ changedSince: "2026-02-30" }), "changedSince"],
    ["list: limit 0", () => senders.list({ limit: 0 }), "limit"],
    ["list: limit 15001", () => senders.list({ limit: 15001 }), "limit"],
    ["list: all as string", () => senders.list({ all: "1" }), "all"],
    ["list: operators as number", () => senders.list({ operators: 1 }), "operators"],
    ["list: cursor", () => senders.list({ cursor: "x" }), "cursor"],
    ["get: nothing", () => senders.get({}), "id"],
    ["get: without an argument", () => senders.get(), "id"],
    ["get: id and name", () => senders.get({ id: 1, name: "A" }), "name"],
    ["get: an id with letters", () => senders.get({ id: "x" }), "id"],
    ["get: an id of more than 64 bits", () => senders.get({ id: 2n ** 64n }), "id"],
    ["get: an empty name", () => senders.get({ name: " " }), "name"],
    ["get: unknown", () => senders.get({ id: 1, all: true }), "all"],
    ["list: empty subaccount", () => senders.list({ subaccount: "" }), "subaccount"],
    ["list: unknown", () => senders.list({ status: 1 }), "status"],
    ["iterate: limit", () => first(senders.iterate({ limit: -1 })), "limit"],
    ["iterate: unknown", () => first(senders.iterate({ since: "2026-11-21" })), "since"],
    ["add: nothing", () => senders.add(), "name"],
    ["add: no name", () => senders.add({ comment: "x" }), "name"],
    ["add: an empty name", () => senders.add({ name: " " }), "name"],
    ["add: a number as the name", () => senders.add({ name: 79161234567 }), "name"],
    ["add: a string", () => senders.add("SHOP")],
    ["add: comment", add({ comment: 5 }), "comment"],
    ["add: an unknown parameter", add({ sender: "SHOP" }), "sender"],
    ["add: an unknown registration", register({ mtsInt: true }), "registrations.mtsInt"],
    ["add: the service's name of a registration", register({ mts_step: true }), "registrations.mts_step"],
    ["add: a registration as a string", register({ mtsStep: "yes" }), "registrations.mtsStep"],
    ["add: a registration as a number", register({ mtsStep: 1 }), "registrations.mtsStep"],
    ["add: registrations as a list", register(["mtsStep"]), "registrations"],
    ["add: email as a string", add({ email: "a@b.example" }), "email"],
    ["add: email with an unknown key", add({ email: { name: "x" } }), "email.name"],
    ["add: documentInfo without a document", add({ documentInfo: "x" }), "documentInfo"],
    ["add: a document that is a path", add({ document: "a.pdf" }), "document"],
    ["add: a document that is a number", add({ document: 5 }), "document"],
    ["add: a document without data", add({ document: { fileName: "a.pdf" } }), "document"],
    ["add: data that is a text", add({ document: { data: "%PDF-1", fileName: "a.pdf" } }), "document.data"],
    ["add: data that is a promise", add({ document: { data: Promise.resolve() } }), "document.data"],
    ["add: an unknown key", add({ document: { data: documents.pdf, filename: "a.pdf" } }), "document.filename"],
    ["update: neither id nor name", () => senders.update({ comment: "x" }), "id"],
    ["update: both id and name", () => senders.update({ id: 5, name: "A", comment: "x" }), "name"],
    ["update: an invalid id", () => senders.update({ id: "x", comment: "x" }), "id"],
    ["update: nothing to change", () => senders.update({ id: 5 })],
    ["update: unknown", () => senders.update({ id: 5, newName: "B" }), "newName"],
    ["sendCode: nothing", () => senders.sendCode({}), "name"],
    ["sendCode: a word", () => senders.sendCode({ name: "SHOP" }), "name"],
    ["sendCode: too short a number", () => senders.sendCode({ name: "1234" }), "name"],
    ["sendCode: site", () => senders.sendCode({ name: "79161234567", site: 5 }), "site"],
    ["sendCode: unknown", () => senders.sendCode({ name: "79161234567", site_name: "x" }), "site_name"],
    ["confirmCode: no name", () => senders.confirmCode({ code: "1" }), "name"],
    ["confirmCode: no code", () => senders.confirmCode({ name: "79161234567" }), "code"],
    ["confirmCode: an empty code", () => senders.confirmCode({ name: "79161234567", code: "" }), "code"],
    ["confirmCode: a code as a list", () => senders.confirmCode({ name: "79161234567", code: [1] }), "code"],
    ["confirmCode: unknown", () => senders.confirmCode({ name: "79161234567", code: "1", pin: 1 }), "pin"],
    ["remove: nothing", () => senders.remove(), "id"],
    ["remove: an empty object", () => senders.remove({}), "id"],
    ["remove: both", () => senders.remove({ id: 5, name: "A" }), "name"],
    ["remove: an empty name", () => senders.remove({ name: "" }), "name"],
    ["remove: a fractional id", () => senders.remove({ id: 1.5 }), "id"],
    ["remove: a bare id", () => senders.remove(5)],
    ["remove: unknown", () => senders.remove({ id: 5, force: true }), "force"],
  ]);

  // All details of a registration are required: the service would reject the name without saying which detail is missing.
  for (const [keys, details] of [
    [["uaReg", "uaInt"], UKRAINE],
    [["byReg", "byInt"], BELARUS],
  ]) {
    for (const key of keys) {
      const path = `registrations.${key}`;
      const without = (field) => Object.fromEntries(Object.entries(details).filter(([name]) => name !== field));
      table("senders", "invalid_parameter", [
        [`${key}: only true`, register({ [key]: true }), path],
        [`${key}: an empty object`, register({ [key]: {} }), `${path}.${Object.keys(details)[0]}`],
        [`${key}: an unknown key`, register({ [key]: { ...details, inn: "1" } }), `${path}.inn`],
        ...Object.keys(details).flatMap((field) => [
          [`${key}: without ${field}`, register({ [key]: without(field) }), `${path}.${field}`],
          [`${key}: ${field} undefined`, register({ [key]: { ...details, [field]: undefined } }), `${path}.${field}`],
          [`${key}: ${field} empty`, register({ [key]: { ...details, [field]: "" } }), `${path}.${field}`],
          [
            `${key}: without ${field}, in an update`,
            () => senders.update({ id: 5, registrations: { [key]: without(field) } }),
            `${path}.${field}`,
          ],
        ]),
      ]);
    }
  }
  for (const key of ["byReg", "byInt"]) {
    for (const [field, values] of [
      ["occupation", [0, 20, 1.5, "food"]],
      ["mailingType", [0, 4, -1, "x"]],
    ]) {
      table(
        "senders",
        "invalid_parameter",
        values.map((value) => [
          `${key}: ${field} ${value}`,
          register({ [key]: { ...BELARUS, [field]: value } }),
          `registrations.${key}.${field}`,
        ]),
      );
    }
  }

  test("uaReg with uaInt, and byReg with byInt, require the same details", async () => {
    for (const [registrations, path] of [
      [{ uaReg: UKRAINE, uaInt: { ...UKRAINE, taxId: "1" } }, /^registrations\.ua(Reg|Int)/],
      [{ byReg: BELARUS, byInt: { ...BELARUS, occupation: 5 } }, /^registrations\.by(Reg|Int)/],
    ]) {
      emulator.requests.length = 0;
      assert.match((await rejectsWith(add({ registrations })(), "invalid_parameter")).parameter, path);
      assert.equal(emulator.requests.length, 0);
    }
    await add({ name: "SAME", registrations: { uaReg: UKRAINE, uaInt: { ...UKRAINE } } })();
    assert.equal(emulator.requests.at(-1).code, 0);
  });
});

describe("documents", () => {
  const add = (document) => () => senders.add({ name: "SHOP", document });
  const MiB = 1024 * 1024;
  const large = new Uint8Array(3 * MiB + 1);
  large.set(documents.pdf);
  table("senders", "document_rejected", [
    ["larger than 3 MiB", add({ data: large, fileName: "a.pdf" }), "document"],
    ["larger than 3 MiB, in an update", () => senders.update({ id: 5, document: new Blob([large]) }), "document"],
    ["empty", add({ data: new Uint8Array(), fileName: "a.pdf" }), "document"],
    ["an empty File", add(new File([], "a.pdf")), "document"],
    ["text content", add({ data: new TextEncoder().encode("hello, world"), fileName: "a.pdf" }), "document"],
    ["an unsupported file extension", add({ data: documents.pdf, fileName: "a.docx" }), "document"],
    ["a file name without an extension", add(new File([documents.pdf], "pdf")), "document"],
    ["a file extension that does not match the content", add({ data: documents.pdf, fileName: "a.png" }), "document"],
    ["a zip file with the extension rar", add(new File([documents.zip], "a.rar")), "document"],
    ["an executable", add(new Blob([new Uint8Array([0x4d, 0x5a, 0x90, 0])])), "document"],
  ]);

  test("exactly 3 MiB is accepted", async () => {
    const { requests, smsc: client } = await emptyAccount();
    await client.senders.add({ name: "LARGE", document: { data: large.subarray(0, 3 * MiB), fileName: "a.pdf" } });
    assert.equal(requests[0].files[0].bytes.length, 3 * MiB);
  });

  const emptyAccount = async () => {
    const { smsc: client, emulator: other } = await setup({ senders: [] });
    return { smsc: client, requests: other.requests };
  };
});

describe("tasks", () => {
  table("tasks", "invalid_parameter", [
    ["list: limit 0", () => tasks.list({ limit: 0 }), "limit"],
    ["list: limit as string", () => tasks.list({ limit: "5" }), "limit"],
    ["list: afterId", () => tasks.list({ afterId: "x" }), "afterId"],
    ["list: unknown", () => tasks.list({ status: 2 }), "status"],
    ["get: nothing", () => tasks.get(), "id"],
    ["get: a word", () => tasks.get("last"), "id"],
    ["get: an object", () => tasks.get({ id: 5 }), "id"],
    ["get: a negative id", () => tasks.get(-1), "id"],
    ["waitFor: a word", () => tasks.waitFor("last"), "id"],
    ["waitFor: nothing", () => tasks.waitFor(), "id"],
    ["download: nothing", () => tasks.download(), "id"],
    ["download: a bare id", () => tasks.download(301)],
    ["download: neither", () => tasks.download({}), "id"],
    ["download: both", () => tasks.download({ id: 301, name: "a" }), "name"],
    ["download: an empty name", () => tasks.download({ name: "" }), "name"],
    ["download: unknown", () => tasks.download({ id: 301, fmt: 3 }), "fmt"],
    ["rows: nothing", () => first(tasks.rows()), "id"],
    ["rows: both", () => first(tasks.rows({ id: 301, name: "a" })), "name"],
    ["rows: unknown", () => first(tasks.rows({ id: 301, csv: {} })), "csv"],
    ["rows: a delimiter of two characters", () => first(tasks.rows({ id: 301 }, { delimiter: "ab" })), "delimiter"],
    ["rows: an unknown encoding", () => first(tasks.rows({ id: 301 }, { encoding: "morse" })), "encoding"],
    ["rows: header as string", () => first(tasks.rows({ id: 301 }, { header: "yes" })), "header"],
  ]);
});

describe("any other command", () => {
  const rejectsUnsent = (call) => async () => {
    emulator.requests.length = 0;
    const error = await rejectsWith((async () => call())(), "invalid_parameter");
    assert.equal(emulator.requests.length, 0);
    return error;
  };
  for (const script of [
    "",
    "../balance.php",
    "sys/balance.php",
    "balance.php?x=1",
    "https://evil.example/a.php",
    5,
    undefined,
  ]) {
    test(`invalid script: ${script}`, async () => {
      const error = await rejectsUnsent(() => smsc.call(script))();
      assert.equal(error.parameter, "script");
      await rejectsUnsent(() => smsc.raw(script))();
    });
  }
  for (const parameters of [{ apikey: "x" }, { login: "x" }, { psw: "x" }, { charset: "x" }, { fmt: 1 }]) {
    test(`call: ${Object.keys(parameters)} is set by the package`, async () => {
      assert.equal(
        (await rejectsUnsent(() => smsc.call("balance.php", parameters))()).parameter,
        Object.keys(parameters)[0],
      );
    });
  }
  test("raw: an unknown format; call: values that cannot be sent", async () => {
    assert.equal((await rejectsUnsent(() => smsc.raw("balance.php", { fmt: 4 }))()).parameter, "fmt");
    assert.equal((await rejectsUnsent(() => smsc.raw("balance.php", { psw: "x" }))()).parameter, "psw");
    assert.equal((await rejectsUnsent(() => smsc.call("balance.php", { list: [1, 2] }))()).parameter, "list");
    assert.equal((await rejectsUnsent(() => smsc.call("balance.php", { at: {} }))()).parameter, "at");
    const error = await rejectsUnsent(() => smsc.call("balance.php", "cur=1"))();
    assert.equal(error.endpoint, "balance.php");
  });
});

describe("the options of a call", async () => {
  const calls = {
    "history.list": (options) => history.list({}, options),
    "history.iterate": (options) => first(history.iterate({}, options)),
    "history.pages": (options) => first(history.pages({}, options)),
    "senders.list": (options) => senders.list({}, options),
    "senders.iterate": (options) => first(senders.iterate({}, options)),
    "senders.add": (options) => senders.add({ name: "A" }, options),
    "senders.update": (options) => senders.update({ id: 5, comment: "x" }, options),
    "senders.sendCode": (options) => senders.sendCode({ name: "79161234567" }, options),
    "senders.confirmCode": (options) => senders.confirmCode({ name: "79161234567", code: "1" }, options),
    "senders.remove": (options) => senders.remove({ id: 5 }, options),
    "tasks.list": (options) => tasks.list({}, options),
    "tasks.get": (options) => tasks.get(301, options),
    "tasks.waitFor": (options) => tasks.waitFor(301, options),
    "tasks.download": (options) => tasks.download({ id: 301 }, options),
    "tasks.rows": (options) => first(tasks.rows({ id: 301 }, options)),
  };
  for (const [name, call] of Object.entries(calls)) {
    table(name.split(".")[0], "invalid_option", [
      [`${name}: timeoutMs 0`, () => call({ timeoutMs: 0 }), "timeoutMs"],
      [`${name}: timeoutMs as string`, () => call({ timeoutMs: "5" }), "timeoutMs"],
      [`${name}: negative totalTimeoutMs`, () => call({ totalTimeoutMs: -5 }), "totalTimeoutMs"],
      [`${name}: totalTimeoutMs NaN`, () => call({ totalTimeoutMs: Number.NaN }), "totalTimeoutMs"],
      [`${name}: negative maxRetries`, () => call({ maxRetries: -1 }), "maxRetries"],
      [`${name}: fractional maxRetries`, () => call({ maxRetries: 0.5 }), "maxRetries"],
      [`${name}: limits`, () => call({ rateLimit: "none" }), "rateLimit"],
      [`${name}: an invalid signal`, () => call({ signal: "stop" }), "signal"],
      [`${name}: a controller instead of its signal`, () => call({ signal: new AbortController() }), "signal"],
      [`${name}: an unknown option`, () => call({ timeout: 5 }), "timeout"],
      [`${name}: idempotent`, () => call({ idempotent: true }), "idempotent"],
      [`${name}: a string`, () => call("fast")],
      [`${name}: null`, () => call(null)],
    ]);
  }
  table("tasks", "invalid_option", [
    ["waitFor: maxWaitMs as string", () => tasks.waitFor(301, { maxWaitMs: "5" }), "maxWaitMs"],
    ["waitFor: negative maxWaitMs", () => tasks.waitFor(301, { maxWaitMs: -1 }), "maxWaitMs"],
    ["waitFor: onProgress", () => tasks.waitFor(301, { onProgress: 5 }), "onProgress"],
    ["download: onProgress", () => tasks.download({ id: 301 }, { onProgress: true }), "onProgress"],
    ["rows: onProgress", () => first(tasks.rows({ id: 301 }, { onProgress: {} })), "onProgress"],
  ]);
  table("balance.php", "invalid_option", [
    ["call: idempotent", () => smsc.call("balance.php", {}, { idempotent: "yes" }), "idempotent"],
    ["raw: unknown", () => smsc.raw("balance.php", {}, { retries: 1 }), "retries"],
  ]);

  const MISSPELLED = [
    [{ headers: true }, "headers", "header"],
    [{ hasHeader: true }, "hasHeader", "header"],
    [{ Delimiter: ";" }, "Delimiter", "delimiter"],
    [{ encodings: "utf-8" }, "encodings", "encoding"],
    [{ onprogress() {} }, "onprogress", "onProgress"],
    [{ signals: {} }, "signals", "signal"],
  ];
  const unlimited = await setup({ limits: false }, { rateLimit: "off" });
  const storedFile = () => unlimited.smsc.tasks.download({ id: 303 });
  const readings = {
    "tasks.rows": (options) => first(tasks.rows({ id: 301 }, options)),
    "tasks.messages": (options) => first(tasks.messages({ id: 301 }, options)),
    "file.rows": async (options) => first((await storedFile()).rows(options)),
    "file.batches": async (options) => first((await storedFile()).batches(options)),
    parseCsv: (options) => first(parseCsv("a;b\n1;2\n", options)),
  };
  for (const [name, read] of Object.entries(readings)) {
    test(`${name}: a misspelled option is named with the nearest one`, async () => {
      for (const [options, parameter, nearest] of MISSPELLED) {
        const error = await rejectsWith(read(options), "invalid_option");
        assert.equal(error.parameter, parameter);
        assert.equal(error.message, `Unknown option \`${parameter}\`. Did you mean \`${nearest}\`?`);
      }
      const { message } = await rejectsWith(read({ separator: ";" }), "invalid_option");
      assert.match(message, /The options here are .*`header`, `delimiter`, `encoding`.*`onProgress`/);
    });
  }

  test("tasks.download: a misspelled onProgress is named, and options of rows are unknown", async () => {
    const misspelled = await rejectsWith(tasks.download({ id: 301 }, { onProgres() {} }), "invalid_option");
    assert.match(misspelled.message, /Did you mean `onProgress`\?/);
    const { message } = await rejectsWith(tasks.download({ id: 301 }, { header: true }), "invalid_option");
    assert.match(message, /`onWait`, `onProgress`\.$/);
  });

  test("undefined options count as absent", async () => {
    const options = { signal: undefined, timeoutMs: undefined, totalTimeoutMs: undefined, rateLimit: undefined };
    assert.ok((await history.list({}, { ...options, maxRetries: undefined })).messages.length > 0);
    assert.ok((await collect(history.iterate({ limit: 3 }, options))).length === 3);
  });
});
