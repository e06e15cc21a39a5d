/** Sender names: addition, documents, changes, confirmation, removal, lists. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SENDER_TIMES } from "smsc-wasm/testing";
import { collect, NOW, rejectsWith, setup, stubClient } from "./support/account.mjs";
import { BELARUS, documents, UKRAINE } from "./support/documents.mjs";

const SWITCHES = {
  mtsStep: "mts_step",
  sberStep: "sber_step",
  tele2: "tele2",
  motiv: "motiv",
  megaStep: "mega_step",
  beeStep: "bee_step",
  motivStep: "motiv_step",
  winmobStep: "winmob_step",
  volnamobStep: "volnamob_step",
  tele2Step: "tele2_step",
};
const OPERATORS = [
  "megaStep",
  "megaInt",
  "beeStep",
  "motiv",
  "motivStep",
  "motivInt",
  "sberStep",
  "sberInt",
  "winmobStep",
  "volnamobStep",
  "mtsStep",
  "mtsInt",
  "tele2Step",
  "tele2",
  "tele2Int",
  "uaReg",
  "uaInt",
  "byReg",
  "byInt",
];
const snake = (key) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

const empty = (options) => setup({ senders: [] }, options);
const last = (emulator) => emulator.requests.at(-1);

describe("add", () => {
  test("adds a name with a comment, and returns its id", async () => {
    const { smsc, emulator } = await empty();
    assert.deepEqual(await smsc.senders.add({ name: "SHOP", comment: "Магазин & Ко" }), { id: 70001 });
    assert.deepEqual(last(emulator).parameters, {
      apikey: "demo-key",
      add: "1",
      sender: "SHOP",
      cmt: "Магазин & Ко",
      fmt: "3",
      charset: "utf-8",
    });
    assert.equal(emulator.state.senders[0].comment, "Магазин & Ко");
  });

  test("reads the id as number or string", async () => {
    for (const response of ['{"sender": 15}', '{"sender": "15"}', '{\n"sender": 15\n}\n']) {
      const { smsc } = await stubClient(response);
      assert.deepEqual(await smsc.senders.add({ name: "A" }), { id: 15 });
    }
  });

  for (const [key, parameter] of Object.entries(SWITCHES)) {
    test(`registers at ${key}`, async () => {
      const { smsc, emulator } = await empty();
      await smsc.senders.add({ name: "SHOP", registrations: { [key]: true } });
      assert.equal(last(emulator).parameters[parameter], "1");
      assert.deepEqual(emulator.state.senders[0].operators, { [key]: 0 });
    });
  }

  test("registers at all operators together; `false` and undefined are ignored", async () => {
    const { smsc, emulator } = await empty();
    const all = Object.fromEntries(Object.keys(SWITCHES).map((key) => [key, true]));
    await smsc.senders.add({
      name: "SHOP",
      registrations: { ...all, uaReg: UKRAINE, uaInt: UKRAINE, byReg: BELARUS, byInt: BELARUS },
    });
    assert.equal(Object.keys(emulator.state.senders[0].operators).length, 14);
    await smsc.senders.add({ name: "NONE", registrations: { mtsStep: false, tele2: undefined } });
    for (const parameter of Object.values(SWITCHES)) assert.ok(!(parameter in last(emulator).parameters));
    assert.deepEqual(emulator.state.senders[1].operators, {});
  });

  test("sends the details of Ukraine and Belarus under the service's names", async () => {
    const { smsc, emulator } = await empty();
    for (const [key, details, names] of [
      [
        "uaReg",
        UKRAINE,
        {
          legalName: "fio",
          taxId: "inn",
          site: "site",
          email: "email",
          address: "address",
          description: "desc",
          subject: "subj",
        },
      ],
      ["uaInt", UKRAINE, { legalName: "fio" }],
      [
        "byReg",
        BELARUS,
        {
          companyName: "by_fio",
          taxId: "by_inn",
          address: "by_address",
          occupation: "by_ocup",
          mailingType: "by_type",
          sampleMessage: "by_mes",
          site: "by_site",
        },
      ],
      ["byInt", BELARUS, { companyName: "by_fio" }],
    ]) {
      await smsc.senders.add({ name: key.toUpperCase(), registrations: { [key]: details } });
      const { parameters, code } = last(emulator);
      assert.equal(code, 0);
      assert.equal(parameters[snake(key)], "1");
      for (const [name, parameter] of Object.entries(names)) assert.equal(parameters[parameter], String(details[name]));
    }
  });

  test("adds the address of an e-mail sender, with its comment", async () => {
    const { smsc, emulator } = await empty();
    await smsc.senders.add({ name: "info@alma.example", email: { comment: "Алма" } });
    assert.deepEqual([last(emulator).parameters.mail, last(emulator).parameters.name], ["1", "Алма"]);
    await smsc.senders.add({ name: "sales@alma.example", email: {} });
    assert.equal(last(emulator).parameters.mail, "1");
    assert.deepEqual(
      emulator.state.senders.map(({ name }) => name),
      ["info@alma.example", "sales@alma.example"],
    );
  });
});

describe("a document", () => {
  const sources = {
    File: (bytes, name) => new File([bytes], name),
    "Blob in an object": (bytes, name) => ({ data: new Blob([bytes]), fileName: name }),
    "ArrayBuffer in an object": (bytes, name) => ({ data: bytes.slice().buffer, fileName: name }),
    "typed array in an object, with a type": (bytes, name) => ({
      data: bytes,
      fileName: name,
      type: "application/x-own",
    }),
  };
  for (const [what, make] of Object.entries(sources)) {
    for (const [ending, bytes] of Object.entries(documents)) {
      test(`${ending} as ${what} arrives byte for byte`, async () => {
        const { smsc, emulator } = await empty();
        const document = make(bytes, `Мой "знак".${ending}`);
        await smsc.senders.add({
          name: "SHOP",
          document,
          documentInfo: "Товарный знак",
          registrations: { mtsStep: true },
        });
        const { files, parameters, headers } = last(emulator);
        assert.match(headers["content-type"], /^multipart\/form-data; boundary=/);
        assert.equal(files.length, 1);
        assert.equal(files[0].fileName, `Мой "знак".${ending}`);
        assert.deepEqual(files[0].bytes, bytes);
        assert.deepEqual(
          [parameters.sender, parameters.doc_info, parameters.mts_step, parameters.apikey, parameters.charset],
          ["SHOP", "Товарный знак", "1", "demo-key", "utf-8"],
        );
      });
    }
  }

  const nameless = {
    Blob: (bytes) => new Blob([bytes]),
    ArrayBuffer: (bytes) => bytes.slice().buffer,
    Uint8Array: (bytes) => bytes,
    "a part of a larger buffer": (bytes) => new Uint8Array([1, 2, 3, ...bytes, 9]).subarray(3, 3 + bytes.length),
    DataView: (bytes) => new DataView(new Uint8Array([7, ...bytes, 7]).buffer, 1, bytes.length),
    Uint16Array: (bytes) => new Uint16Array(bytes.slice().buffer),
    Buffer: (bytes) => Buffer.from(bytes),
  };
  for (const [what, make] of Object.entries(nameless)) {
    test(`as ${what} gets a file name by its content`, async () => {
      const { smsc, emulator } = await empty();
      for (const [ending, bytes] of Object.entries({ pdf: documents.pdf, png: documents.png })) {
        await smsc.senders.add({ name: ending.toUpperCase(), document: make(bytes) });
        const [file] = last(emulator).files;
        assert.ok(file.fileName.endsWith(`.${ending}`), file.fileName);
        assert.deepEqual(file.bytes, bytes);
      }
    });
  }

  test("can be sent with an update, and is moderated", async () => {
    const { smsc, emulator } = await empty();
    const { id } = await smsc.senders.add({ name: "SHOP" });
    await smsc.senders.update({ id, document: new File([documents.pdf], "a.pdf"), documentInfo: "x" });
    const listed = async () => (await smsc.senders.list({ all: true, files: true }))[0].files;
    const [file] = await listed();
    assert.deepEqual([file.name, file.status, typeof file.id, "comment" in file], ["a.pdf", 0, "number", false]);
    emulator.advance(SENDER_TIMES.document);
    assert.equal((await listed())[0].status, 2);
  });
});

describe("the life cycle of a sender name", () => {
  test("moderation, operators, changes, removal", async () => {
    const { smsc, emulator } = await empty();
    const { id } = await smsc.senders.add({ name: "SHOP", registrations: { mtsStep: true } });
    const now = async () => (await smsc.senders.list({ all: true, operators: true }))[0];
    assert.deepEqual([(await now()).id, (await now()).status, (await now()).operators.mtsStep], [id, 0, 0]);
    assert.deepEqual(await smsc.senders.list(), [], "only the activated ones are listed");
    emulator.advance(SENDER_TIMES.moderation);
    assert.equal((await now()).status, 1);
    assert.deepEqual(await smsc.senders.list(), [{ name: "SHOP", id }]);
    emulator.advance(SENDER_TIMES.sentToOperator);
    assert.equal((await now()).operators.mtsStep, 1);
    emulator.advance(SENDER_TIMES.approvedByOperator);
    assert.equal((await now()).operators.mtsStep, 2);
    assert.equal(await smsc.senders.update({ name: "SHOP", comment: "", registrations: { tele2: true } }), undefined);
    assert.equal(emulator.state.senders[0].comment, "");
    assert.equal(last(emulator).parameters.sender, "SHOP");
    await smsc.senders.update({ id: String(id), comment: "2" });
    assert.equal(last(emulator).parameters.id, String(id));
    assert.equal(await smsc.senders.remove({ id }), undefined);
    assert.deepEqual(await smsc.senders.list({ all: true }), []);
    assert.equal((await rejectsWith(smsc.senders.remove({ name: "SHOP" }), "not_found")).apiCode, 3);
    assert.equal((await rejectsWith(smsc.senders.update({ id, comment: "x" }), "not_found")).apiCode, 3);
  });

  test("a numeric name is confirmed by the code sent to it", async () => {
    const { smsc, emulator } = await setup({ senders: [{ name: "SHOP-24", status: 1, due: [] }] });
    await smsc.senders.add({ name: "79161234567" });
    const number = { name: "+7 (916) 123-45-67" };
    assert.equal(await smsc.senders.sendCode({ ...number, site: "SHOP-24", siteName: "alma.example" }), undefined);
    const { send_code, sender, site, site_name } = last(emulator).parameters;
    assert.deepEqual([send_code, sender, site, site_name], ["1", "79161234567", "SHOP-24", "alma.example"]);
    const again = await rejectsWith(smsc.senders.sendCode(number), "code_already_sent");
    assert.equal(again.apiCode, 10);
    const { code } = emulator.state.codes[0];
    assert.equal((await rejectsWith(smsc.senders.confirmCode({ ...number, code: "000" }), "wrong_code")).apiCode, 11);
    assert.equal(await smsc.senders.confirmCode({ ...number, code: Number(code) }), undefined);
    assert.deepEqual([last(emulator).parameters.check_code, last(emulator).parameters.code], ["1", code]);
    assert.equal(emulator.state.senders.at(-1).status, 1);
    emulator.advance(8 * 3_600_000);
    await smsc.senders.sendCode(number);
  });

  test("rejections of the service have distinct codes", async () => {
    const { smsc, emulator } = await setup();
    const { senders } = smsc;
    assert.equal((await rejectsWith(senders.add({ name: "SHOP-24" }), "not_saved")).apiCode, 5);
    assert.equal((await rejectsWith(senders.update({ name: "INFO", comment: "x" }), "not_saved")).apiCode, 5);
    assert.equal((await rejectsWith(senders.remove({ name: "INFO" }), "not_saved")).apiCode, 5);
    assert.equal((await rejectsWith(senders.sendCode({ name: "12345" }), "invalid_number")).apiCode, 7);
    emulator.state.addSender({ name: "79990000008" });
    assert.equal((await rejectsWith(senders.sendCode({ name: "79990000008" }), "undeliverable")).apiCode, 8);
    assert.equal((await rejectsWith(senders.sendCode({ name: "79990000009" }), "not_found")).apiCode, 3);
    for (const request of emulator.requests) assert.equal(request.outcome, "answered");
  });
});

describe("the list", () => {
  test("has the fields of the requested kind", async () => {
    const { smsc, emulator } = await setup();
    const find = async (query) => (await smsc.senders.list(query)).find(({ name }) => name === "ALMA-MARKET");
    assert.deepEqual(await find(), { name: "ALMA-MARKET", id: 65310 });
    assert.deepEqual(await find({ all: true }), { name: "ALMA-MARKET", id: 65310, status: 1 });
    const { operators, ...rest } = await find({ operators: true });
    assert.deepEqual(rest, { name: "ALMA-MARKET", id: 65310 });
    assert.deepEqual(Object.keys(operators).sort(), [...OPERATORS].sort());
    assert.deepEqual([operators.mtsStep, operators.megaStep, operators.beeStep, operators.tele2Step], [9, 5, 8, 3]);
    const { files } = await find({ files: true });
    assert.deepEqual(files, [
      { name: "скан.jpg", id: 5004, status: 1, comment: "Нечитаемый скан, пришлите другой" },
      { name: "скан-2.tif", id: 5005, status: 0 },
    ]);
    const all = last(emulator).parameters;
    assert.deepEqual([all.get, all.files, all.operators], ["1", "1", undefined]);
  });

  test("is the same when types drift, with numeric ids", async () => {
    const query = { all: true, operators: true, files: true };
    const plain = await (await setup()).smsc.senders.list(query);
    assert.deepEqual(await (await setup({ drift: true })).smsc.senders.list(query), plain);
    for (const { id, status } of plain) assert.deepEqual([typeof id, typeof status], ["number", "number"]);
    assert.deepEqual(structuredClone(plain), plain);
    assert.deepEqual(JSON.parse(JSON.stringify(plain)), plain);
  });

  test("keeps substitutes and other unknown fields in `extra`", async () => {
    const { smsc } = await setup();
    const senders = await smsc.senders.list({ operators: true });
    assert.deepEqual(senders.find(({ name }) => name === "Alma Market").extra, {
      mts_step_subst: "ALMA-MARKET",
      bee_step_subst: "ALMA",
    });
    assert.ok(!("extra" in senders.find(({ name }) => name === "SHOP-24")));
  });

  test("of a subaccount, and changes to it", async () => {
    const { smsc, emulator } = await setup();
    const subaccount = "demo-shop";
    const names = async () => (await smsc.senders.list({ all: true, subaccount })).map(({ name }) => name);
    assert.deepEqual(await names(), ["PARTNER-2", "PARTNER"]);
    await smsc.senders.add({ name: "79161112233", subaccount });
    await smsc.senders.update({ name: "PARTNER", comment: "x", subaccount });
    await smsc.senders.sendCode({ name: "79161112233", subaccount });
    const { code } = emulator.state.codes[0];
    await smsc.senders.confirmCode({ name: "79161112233", code, subaccount });
    await smsc.senders.remove({ name: "PARTNER-2", subaccount });
    assert.ok(emulator.requests.every(({ parameters }) => parameters.user === subaccount));
    assert.deepEqual(await names(), ["79161112233", "PARTNER"]);
    assert.deepEqual((await collect(smsc.senders.iterate({ all: true, subaccount }))).length, 2);
    await rejectsWith(smsc.senders.remove({ name: "PARTNER" }), "not_found");
  });

  test("since a change by an operator, in every date format", async () => {
    const { smsc, emulator } = await setup();
    const day = NOW - 2 * 86_400_000;
    for (const changedSince of ["2026-11-20", "20.11.2026", new Date(day)]) {
      const changed = await smsc.senders.list({ all: true, operators: true, changedSince });
      assert.equal(last(emulator).parameters.from_date, "20.11.2026");
      assert.deepEqual(
        changed.map(({ name }) => name),
        ["NOVINKA", "ALMA-MARKET", "Alma Market"],
      );
    }
    assert.deepEqual(await smsc.senders.list({ changedSince: new Date(NOW + 86_400_000) }), []);
  });

  test("by pages, with cursor and limit", async () => {
    const { smsc, emulator } = await setup();
    const all = await smsc.senders.list({ all: true });
    const two = await smsc.senders.list({ all: true, limit: 2 });
    assert.deepEqual(two, all.slice(0, 2));
    assert.deepEqual(await smsc.senders.list({ all: true, limit: 2, cursor: two[1].id }), all.slice(2, 4));
    assert.deepEqual(await smsc.senders.list({ all: true, cursor: String(two[1].id) }), all.slice(2));
    assert.equal(last(emulator).parameters.prev_id, String(two[1].id));
  });
});

describe("iterate", () => {
  const many = (count) =>
    Array.from({ length: count }, (_, index) => ({ id: index + 1, name: `N${index}`, status: 1, due: [] }));

  test("returns every name once, with the fewest requests", async () => {
    const { smsc, emulator } = await setup({ senders: many(15_001) });
    const seen = await collect(smsc.senders.iterate());
    assert.equal(new Set(seen.map(({ id }) => id)).size, 15_001);
    assert.equal(seen.length, 15_001);
    assert.equal(emulator.requests.length, 2);
  });

  test("requests no more than `limit`, and ends on `break`", async () => {
    const { smsc, emulator } = await setup();
    assert.equal((await collect(smsc.senders.iterate({ all: true, limit: 3 }))).length, 3);
    assert.equal(last(emulator).parameters.cnt, "3");
    for await (const _ of smsc.senders.iterate({ all: true })) break;
    assert.equal(emulator.requests.length, 2);
    assert.deepEqual(await collect((await empty()).smsc.senders.iterate()), []);
  });

  test("has the parameters of `list`", async () => {
    const { smsc } = await setup();
    const query = { all: true, operators: true, files: true, changedSince: "2026-11-20" };
    assert.deepEqual(await collect(smsc.senders.iterate(query)), await smsc.senders.list(query));
  });

  test("collects names with `toArray`", async () => {
    const { smsc } = await setup({ senders: many(20) });
    assert.deepEqual(await smsc.senders.iterate().toArray(7), (await smsc.senders.list()).slice(0, 7));
    assert.equal((await rejectsWith(smsc.senders.iterate().toArray(), "invalid_parameter")).endpoint, "senders");
  });

  test("never gives more than `limit`, even if the service answers with more", async () => {
    const { smsc, calls } = await stubClient(JSON.stringify(many(20)));
    assert.equal((await collect(smsc.senders.iterate({ limit: 7 }))).length, 7);
    assert.equal(calls.length, 1);
  });

  test("rejects a list by change that the service cannot continue, instead of omitting names", async () => {
    const changed = many(15_001).map((sender) => ({ ...sender, changed: NOW - sender.id }));
    const { smsc, emulator } = await setup({ senders: changed });
    const changedSince = new Date(NOW - 86_400_000);
    const error = await rejectsWith(collect(smsc.senders.iterate({ changedSince })), "invalid_parameter");
    assert.deepEqual([error.parameter, error.endpoint, error.retryable], ["changedSince", "senders", false]);
    await rejectsWith(collect(smsc.senders.iterate({ changedSince, limit: 15_001 })), "invalid_parameter");
    assert.equal((await collect(smsc.senders.iterate({ changedSince, limit: 15_000 }))).length, 15_000);
    assert.equal(emulator.requests.length, 3);
    const few = await setup({ senders: changed.slice(0, 14_999) });
    assert.equal((await collect(few.smsc.senders.iterate({ changedSince }))).length, 14_999);
  });

  test("rejects a cycle of pages", async () => {
    const page = JSON.stringify(many(15_000).map(({ id, sender }) => ({ sender, id })));
    const { smsc, calls } = await stubClient(page);
    assert.equal((await rejectsWith(collect(smsc.senders.iterate()), "bad_response")).endpoint, "senders");
    assert.equal(calls.length, 2);
  });
});

describe("get", () => {
  const many = (count, more = {}) =>
    Array.from({ length: count }, (_, index) => ({
      id: 2 * index + 2,
      name: `N${index}`,
      status: 0,
      due: [],
      ...more,
    }));

  test("finds a name of any status by id or name, with operators and files", async () => {
    const { smsc, emulator } = await setup();
    const all = await smsc.senders.list({ all: true, operators: true, files: true });
    emulator.requests.length = 0;
    for (const sender of all) {
      assert.ok(typeof sender.status === "number" && sender.operators && sender.files);
      for (const id of [sender.id, String(sender.id), BigInt(sender.id)]) {
        assert.deepEqual(await smsc.senders.get({ id }), sender);
      }
      assert.deepEqual(await smsc.senders.get({ name: sender.name }), sender);
    }
    assert.equal(emulator.requests.length, 4 * all.length);
  });

  test("resolves with undefined if the account does not have the name", async () => {
    const { smsc, emulator } = await setup({ senders: many(30) });
    for (const sender of [{ id: 1 }, { id: 3 }, { id: 31 }, { id: 99_999 }, { name: "N" }, { name: "N3 " }]) {
      emulator.requests.length = 0;
      assert.equal(await smsc.senders.get(sender), undefined, JSON.stringify(sender));
      assert.equal(emulator.requests.length, 1);
    }
    assert.equal(await (await empty()).smsc.senders.get({ id: 5 }), undefined);
  });

  test("takes one request by id, and one for each page by name", async () => {
    const { smsc, emulator } = await setup({ senders: many(16_000) });
    const requests = async (sender) => {
      emulator.requests.length = 0;
      const found = await smsc.senders.get(sender);
      return [found?.id, emulator.requests.length];
    };
    assert.deepEqual(await requests({ id: 2 }), [2, 1]);
    assert.deepEqual(await requests({ id: 15_001 }), [undefined, 1]);
    assert.deepEqual(await requests({ name: "N15999" }), [32_000, 1]);
    assert.deepEqual(await requests({ name: "N0" }), [2, 2]);
    assert.deepEqual(await requests({ name: "none" }), [undefined, 2]);
  });

  test("takes a phone number in any writing, as every method does", async () => {
    const { smsc, emulator } = await setup({ senders: [] });
    const { id } = await smsc.senders.add({ name: "+7 999 123-45-67" });
    assert.deepEqual(await smsc.senders.get({ name: "7 (999) 123-45-67" }), await smsc.senders.get({ id }));
    await smsc.senders.update({ name: "+79991234567", comment: "x" });
    await smsc.senders.remove({ name: "+7 999 123 45 67" });
    const names = emulator.requests.map(({ parameters }) => parameters.sender).filter((name) => name !== undefined);
    assert.deepEqual([...new Set(names)], ["79991234567"]);
  });

  test("prefers the exact name, and then accepts another case of Latin letters", async () => {
    const names = ["SHOP", "Shop", "МАГАЗИН"].map((name, index) => ({ id: index + 1, name, status: 1, due: [] }));
    const { smsc } = await setup({ senders: names });
    const find = async (name) => (await smsc.senders.get({ name }))?.name;
    assert.equal(await find("SHOP"), "SHOP");
    assert.equal(await find("Shop"), "Shop");
    assert.equal(await find("shop"), "Shop");
    assert.equal(await find("МАГАЗИН"), "МАГАЗИН");
    assert.equal(await find("Магазин"), undefined);
  });

  test("has operators and files even if the response omits them", async () => {
    const { smsc } = await stubClient('[{"sender":"A","id":"5","status":"1"}]');
    assert.deepEqual(await smsc.senders.get({ id: 5 }), { name: "A", id: 5, status: 1, operators: {}, files: [] });
    assert.deepEqual(await smsc.senders.list({ operators: true }), [{ name: "A", id: 5, status: 1, operators: {} }]);
  });

  test("searches the names of a sub-client", async () => {
    const { smsc, calls } = await stubClient('[{"sender":"A","id":5,"status":1}]');
    await smsc.senders.get({ name: "A", subaccount: "sub" });
    assert.equal(calls[0].parameters.user, "sub");
  });

  test("rejects with the service's error, and when aborted", async () => {
    const { smsc, emulator } = await setup();
    emulator.faults.push({ code: 4 });
    assert.equal((await rejectsWith(smsc.senders.get({ id: 5 }), "ip_blocked")).endpoint, "senders");
    await rejectsWith(smsc.senders.get({ id: 5 }, { signal: AbortSignal.abort() }), "aborted");
  });
});
