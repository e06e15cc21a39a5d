/** The proxy knows every parameter that a method sends: each method with all the parameters that it takes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isSmscError } from "smsc-wasm";
import { BELARUS, documents, UKRAINE } from "./support/documents.mjs";
import { setupProxy } from "./support/proxy.mjs";

const PERIOD = { start: "2026-11-01", end: "2026-11-20", limit: 5, cursor: "9000000000" };
const HISTORY = [
  { ...PERIOD, phones: ["79990000001"], channel: "sms" },
  { ...PERIOD, emails: ["a@example.com"], channel: "email" },
];
const SENDERS = [
  {
    ...{ all: true, operators: true, files: true, changedSince: "2020-01-01" },
    ...{ cursor: "9000000000", limit: 5, subaccount: "demo-shop" },
  },
];
const SWITCHES = [
  ...["mtsStep", "sberStep", "tele2", "motiv", "megaStep", "beeStep", "motivStep", "winmobStep", "volnamobStep"],
  "tele2Step",
];
const REGISTRATIONS = {
  ...Object.fromEntries(SWITCHES.map((name) => [name, true])),
  ...{ uaReg: UKRAINE, uaInt: UKRAINE, byReg: BELARUS, byInt: BELARUS },
};
const CONTENT = {
  comment: "c",
  registrations: REGISTRATIONS,
  document: { data: documents.pdf, fileName: "a.pdf" },
  documentInfo: "i",
  subaccount: "demo-shop",
};
const DIGITAL = { name: "79991234567", subaccount: "demo-shop" };

/** The queries of each method. Together they have every parameter. */
const QUERIES = {
  "history.list": HISTORY,
  "history.iterate": HISTORY,
  "history.pages": HISTORY,
  "history.columns": HISTORY,
  "history.ndjson": HISTORY,
  "senders.list": SENDERS,
  "senders.iterate": SENDERS,
  "senders.get": [
    { id: 1, subaccount: "demo-shop" },
    { name: "MyShop", subaccount: "demo-shop" },
  ],
  "senders.add": [
    { name: "NewName", ...CONTENT },
    { name: "a@example.com", email: { comment: "c" } },
  ],
  "senders.update": [
    { id: 1, ...CONTENT },
    { name: "MyShop", ...CONTENT },
  ],
  "senders.sendCode": [{ ...DIGITAL, site: "MyShop", siteName: "s.example" }],
  "senders.confirmCode": [{ ...DIGITAL, code: "1" }],
  "senders.remove": [
    { id: 1, subaccount: "demo-shop" },
    { name: "MyShop", subaccount: "demo-shop" },
  ],
  "tasks.list": [{ limit: 3, afterId: 1 }],
  "tasks.get": [301],
  "tasks.waitFor": [301],
  "tasks.download": [{ id: 301 }, { name: "a.csv" }],
  "tasks.rows": [{ id: 301 }, { name: "a.csv" }],
  "tasks.messages": [{ id: 301 }, { name: "a.csv" }],
  "tasks.columns": [{ id: 301 }, { name: "a.csv" }],
  "tasks.ndjson": [{ id: 301 }, { name: "a.csv" }],
  balance: [undefined],
};

/** Calls a method up to its first value, if it gives several. */
async function call(smsc, method, query) {
  const [group, name] = method.split(".");
  const result = name === undefined ? smsc[group]() : smsc[group][name](query);
  if (typeof result.then === "function") {
    const value = await result;
    // A file that is not read keeps its connection.
    if (method === "tasks.download") await value.bytes();
    return value;
  }
  for await (const value of result) return value;
  return undefined;
}

const isQuery = (value) => value?.constructor === Object && !("data" in value);

/** The objects of a query, by their paths. */
function objectsOf(query, path = "") {
  if (!isQuery(query)) return [];
  const inner = Object.entries(query).flatMap(([name, value]) => objectsOf(value, path ? `${path}.${name}` : name));
  return [path, ...inner];
}

/** The query with only an unknown parameter in the object at that path. */
function withUnknown(query, path) {
  if (path === "") return { qqqqqqqqqqqqqqqq: 1 };
  const [name, ...rest] = path.split(".");
  return { ...query, [name]: withUnknown(query[name], rest.join(".")) };
}

const at = (query, path) => path.split(".").reduce((value, name) => (name === "" ? value : value?.[name]), query);

test("proxy parameters: every method is called", async () => {
  const smsc = await setupProxy().page();
  const methods = ["history", "senders", "tasks"].flatMap((group) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(smsc[group])).map((name) => `${group}.${name}`),
  );
  const expected = [...methods.filter((name) => !name.endsWith(".constructor")), "balance"];
  assert.deepEqual(Object.keys(QUERIES).sort(), expected.sort());
});

test("proxy parameters: the queries have every parameter", async () => {
  const smsc = await setupProxy().page();
  let count = 0;
  for (const [method, queries] of Object.entries(QUERIES)) {
    for (const query of queries) {
      for (const path of objectsOf(query)) {
        const error = await call(smsc, method, withUnknown(query, path)).catch((error) => error);
        const [, list] = /^Unknown parameter .* The parameters here are `(.*)`\.$/.exec(error.message) ?? [];
        assert.ok(list, `${method} ${path}: ${error.message}`);
        for (const name of list.split("`, `")) {
          const isGiven = queries.some((other) => at(other, path)?.[name] !== undefined);
          assert.ok(isGiven, `no query of ${method} has ${path ? `${path}.` : ""}${name}`);
          count += 1;
        }
      }
    }
  }
  assert.ok(count > 100, `${count} parameters`);
});

test("proxy parameters: the proxy permits each of them", async () => {
  for (const [method, queries] of Object.entries(QUERIES)) {
    for (const query of queries) {
      const { emulator, page } = setupProxy({ allow: method });
      const error = await call(await page(), method, query).then(
        () => undefined,
        (error) => error,
      );
      // An error of the service has no HTTP status; one of the proxy has.
      assert.ok(error === undefined || (isSmscError(error) && error.httpStatus === undefined), `${method}: ${error}`);
      assert.ok(emulator.requests.length > 0, `${method} sent nothing: ${error}`);
    }
  }
});
