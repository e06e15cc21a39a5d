/**
 * The checks of `smsc-wasm/proxy` in every runtime that can serve it, and their expected result. This file is copied into each
 * project and imports nothing.
 */

const PAGE = "https://panel.example/smsc";
const TYPE = "application/x-www-form-urlencoded";
const multipart = (...parts) => {
  const write = ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  return [parts.map(write).join("").concat("--b--\r\n"), "multipart/form-data; boundary=b"];
};

/** Requests that no client makes: script, body, type and other headers. */
const HOSTILE = {
  smuggled: ["balance.php", "apikey=x&login=y&psw=z&%61pikey=x", TYPE],
  "smuggled in multipart": ["balance.php", ...multipart(["apikey", "x"], ["psw", "z"], ["cur", "1"])],
  "another spelling": ["balance.php", "APIKEY=x", TYPE],
  "an array": ["balance.php", "apikey[]=x", TYPE],
  repeated: ["balance.php", "cur=1&cur=0", TYPE],
  "an encoded path": ["%62alance.php", "", TYPE],
  "a path above": ["..%2fbalance.php", "", TYPE],
  "in the address": ["balance.php?apikey=x", "", TYPE],
  "another script": ["send.php", "phones=1&mes=x", TYPE],
  "a change": ["senders.php", "get=1&del=1&id=7", TYPE],
  "another type": ["balance.php", "{}", "application/json"],
  "another page": ["balance.php", "", TYPE, { origin: "https://evil.example" }],
  "too large": ["balance.php", `cur=${"1".repeat(300_000)}`, TYPE],
};

/** The result of `proxyChecks` if all checks succeed. */
export const expectedOfProxy = {
  intIds: ["9007199254740995", "9007199254740994"],
  rows: 2,
  file: "november.csv",
  refused: ["unauthorized", 403],
  anonymous: ["unauthorized", 401],
  upload: { apikey: "demo-key", sender: "Name", fileName: "файл.pdf", bytes: 300_000 },
  aborted: ["aborted", true],
  hostile: {
    smuggled: 200,
    "smuggled in multipart": 200,
    "another spelling": 400,
    "an array": 400,
    repeated: 400,
    "an encoded path": 404,
    "a path above": 404,
    "in the address": 400,
    "another script": 403,
    "a change": 400,
    "another type": 415,
    "another page": 403,
    "too large": 413,
  },
};

/**
 * Runs the checks. Never rejects.
 *
 * @param {object} imports `createClient` of `smsc-wasm`, and `createProxy` of `smsc-wasm/proxy`.
 * @param {string} service The emulator's URL.
 */
export async function proxyChecks(imports, service) {
  try {
    return await run(imports, service);
  } catch (error) {
    return { failure: `${error?.stack ?? error}` };
  }
}

async function run({ createClient, createProxy }, service) {
  const authorize = ({ headers }) => headers.get("authorization") === "Bearer token";
  const proxyOf = (options) => createProxy({ apiKey: "demo-key", baseUrl: service, authorize, ...options });
  const headers = { authorization: "Bearer token" };
  const pageOf = (proxy, options) =>
    createClient({
      baseUrl: PAGE,
      headers,
      maxRetries: 0,
      fetch: (url, init) => proxy(new Request(url, init)),
      ...options,
    });

  const proxy = proxyOf();
  const smsc = await pageOf(proxy);
  const { messages } = await smsc.history.list({ limit: 2 });
  const file = await smsc.tasks.download({ id: 11 });
  let rows = 0;
  for await (const _ of file.rows()) rows += 1;

  const hostile = {};
  for (const [name, [script, body, type, more]] of Object.entries(HOSTILE)) {
    const init = { method: "POST", body, headers: { ...headers, "content-type": type, ...more } };
    const response = await proxy(new Request(`${PAGE}/sys/${script}`, init));
    const text = await response.text();
    if (text.includes("demo-key") || text.includes(service)) throw new Error(`${name} reveals the account: ${text}`);
    hostile[name] = response.status;
  }
  return {
    intIds: messages.map(({ intId }) => intId),
    rows,
    file: file.fileName,
    refused: await refusal(smsc.senders.remove({ id: 7 })),
    anonymous: await refusal((await pageOf(proxy, { headers: {} })).balance()),
    upload: await upload(proxyOf, pageOf),
    aborted: await abort(proxyOf, pageOf),
    hostile,
  };
}

const refusal = (promise) =>
  promise.then(
    () => {
      throw new Error("expected the call to be rejected");
    },
    ({ code, httpStatus }) => [code, httpStatus],
  );

/** What the service gets of a document, which the proxy passes on as it arrives. */
async function upload(proxyOf, pageOf) {
  let form;
  const fetch = async (_, { body, headers }) => {
    form = await new Response(body, { headers }).formData();
    return new Response('{"sender": 5}');
  };
  const smsc = await pageOf(proxyOf({ allow: "senders.add", fetch }));
  const data = new Uint8Array(300_000);
  data.set(new TextEncoder().encode("%PDF-1.7 "));
  await smsc.senders.add({ name: "Name", document: { data, fileName: "файл.pdf" } });
  const file = form.get("file");
  return { apikey: form.get("apikey"), sender: form.get("sender"), fileName: file.name, bytes: file.size };
}

/** An abort in the page ends the request to the service. */
async function abort(proxyOf, pageOf) {
  let signal;
  const fetch = (_, init) => {
    signal = init.signal;
    return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const controller = new AbortController();
  const smsc = await pageOf(proxyOf({ fetch }));
  const pending = smsc.balance({ signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  const [code] = await refusal(pending);
  return [code, signal.aborted];
}
