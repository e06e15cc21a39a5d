/** Requests that no client makes: smuggled credentials, ambiguous forms, other paths, bodies without end. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { KEY, multipart, setupProxy } from "./support/proxy.mjs";

const HOSTILE = "smuggled-secret";

/** The only request that reached the service, with the proxy's credentials alone. */
function onlyRequest(emulator) {
  assert.equal(emulator.requests.length, 1);
  const [request] = emulator.requests;
  assert.ok(!JSON.stringify(request).includes(HOSTILE), "a smuggled credential reached the service");
  const { apikey, login, psw } = request.parameters;
  assert.deepEqual([apikey, login, psw], [KEY, undefined, undefined]);
  return request;
}

describe("proxy: credentials of a request", () => {
  for (const body of [
    `apikey=${HOSTILE}`,
    `login=${HOSTILE}&psw=${HOSTILE}`,
    `%61pikey=${HOSTILE}&lo%67in=${HOSTILE}&%70%73%77=${HOSTILE}`,
    `apikey=${HOSTILE}&apikey=${HOSTILE}&apikey`,
    `cur=1&&psw=${HOSTILE}&=`.replace("&=", ""),
  ]) {
    test(`are removed: ${body}`, async () => {
      const { emulator, post } = setupProxy();
      assert.equal((await post("balance.php", body)).status, 200);
      onlyRequest(emulator);
    });
  }

  test("are removed from multipart", async () => {
    const { emulator, post } = setupProxy({ allow: "senders.add" });
    const names = ["apikey", "login", "psw"].map((name) => [name, HOSTILE]);
    const { body, headers } = multipart([...names, ["add", "1"], ["sender", "Name"], ["file", "%PDF-1", "a.pdf"]]);
    assert.equal((await post("senders.php", body, { headers })).status, 200);
    const { files, parameters } = onlyRequest(emulator);
    assert.equal(parameters.sender, "Name");
    assert.deepEqual([files[0].field, files[0].fileName, files[0].type], ["file", "a.pdf", "application/pdf"]);
  });

  test("a file cannot stand for them, nor be the second one", async () => {
    const { emulator, post } = setupProxy({ allow: "*" });
    const parts = [
      ["apikey", HOSTILE, "key.pdf"],
      ["add", "1"],
      ["sender", "Name"],
    ];
    const { body, headers } = multipart(parts);
    const answer = await post("senders.php", body, { headers });
    assert.deepEqual([answer.status, answer.code], [400, 1]);
    const two = multipart([
      ["add", "1"],
      ["sender", "Name"],
      ["file", "%PDF-1", "a.pdf"],
      ["file", "%PDF-1", "b.pdf"],
    ]);
    assert.deepEqual((await post("senders.php", two.body, { headers: two.headers })).status, 400);
    assert.equal(emulator.requests.filter(({ code }) => code === 0).length, 0);
  });

  for (const name of [
    ...[
      "APIKEY",
      "ApiKey",
      "Login",
      "PSW",
      " apikey",
      "apikey ",
      "apikey[]",
      "apikey[0]",
      "api.key",
      "api key",
      "apikey\0",
      "_login",
    ],
    ...["apikey\u200b", "аpikey", "apikey%00", "%2561pikey", "__proto__", "constructor.login", "psw\r\n", ""],
  ]) {
    test(`another spelling is refused: ${JSON.stringify(name)}`, async () => {
      const { emulator, post } = setupProxy({ allow: "*" });
      for (const { body, ...init } of [
        { body: new URLSearchParams({ cur: 1, [name]: HOSTILE }).toString() },
        multipart([
          ["cur", "1"],
          [name, HOSTILE],
        ]),
      ]) {
        const answer = await post("balance.php", body, init);
        assert.deepEqual([answer.status, answer.code], [400, 1], body);
      }
      assert.equal(emulator.requests.length, 0);
    });
  }

  test("headers and cookies of the request stay in the proxy", async () => {
    const { emulator, post } = setupProxy();
    const names = [
      "authorization",
      "x-api-key",
      "x-forwarded-for",
      "x-http-method-override",
      "user-agent",
      "accept-language",
    ];
    await post("balance.php", "", { headers: Object.fromEntries(names.map((name) => [name, HOSTILE])) });
    const { headers } = onlyRequest(emulator);
    assert.deepEqual(Object.keys(headers), ["content-type"]);
  });
});

describe("proxy: the address of a request", () => {
  for (const path of [
    ...[
      "/",
      "/sys/",
      "/smsc/sys/",
      "/smsc/sys/get",
      "/smsc/sys/get.php/",
      "/smsc/sys/get.php5",
      "/smsc/sys/GET.php",
      "/smsc/sys/.php",
    ],
    ...[
      "/smsc/sys//balance.php",
      "//smsc/sys/balance.php",
      "/smsc//sys/balance.php",
      "/smsc/rest/send/",
      "/smsc/sys/balance.php%00",
    ],
    ...[
      "/smsc/sys/%62alance.php",
      "/smsc/sys/balance%2ephp",
      "/smsc/sys%2fbalance.php",
      "/smsc/sys/..%2fadmin.php",
      "/smsc/sys/a;b.php",
    ],
    ...[
      "/smsc/sys/balance.php;x=1",
      "/smsc/%2e%2e%2fsys/balance.php",
      "/smsc/sys/@evil.example",
      "/smsc/https://evil.example/sys/balance.php",
    ],
  ]) {
    test(`no script: ${path}`, async () => {
      const { emulator, post } = setupProxy({ allow: "*" });
      const { status, code } = await post("", "cur=1", { path });
      assert.deepEqual([status, code], [404, 1]);
      assert.equal(emulator.requests.length, 0);
    });
  }

  for (const query of ["?apikey=x", "?login=a&psw=b", "?fmt=3", "?x"]) {
    test(`no parameters: ${query}`, async () => {
      const { emulator, post } = setupProxy();
      assert.equal((await post("", "", { path: `/smsc/sys/balance.php${query}` })).status, 400);
      assert.equal(emulator.requests.length, 0);
    });
  }

  test("with a basePath, only there", async () => {
    const { post } = setupProxy({ basePath: "/smsc/" });
    assert.equal((await post("balance.php", "")).status, 200);
    for (const path of ["/sys/balance.php", "/other/sys/balance.php", "/smsc/smsc/sys/balance.php"]) {
      assert.equal((await post("", "", { path })).status, 404, path);
    }
    const root = setupProxy({ basePath: "/" });
    assert.equal((await root.post("", "", { path: "/sys/balance.php" })).status, 200);
    assert.equal((await root.post("balance.php", "")).status, 404);
  });

  test("the host of a request decides nothing", async () => {
    const { emulator, proxy } = setupProxy();
    const body = new URLSearchParams({ cur: 1 });
    const request = new Request("https://evil.example/smsc/sys/balance.php", { method: "POST", body });
    assert.equal((await proxy(request)).status, 200);
    assert.equal(new URL(onlyRequest(emulator).url).host, "service.example");
  });

  for (const method of ["GET", "HEAD", "PUT", "DELETE", "PATCH"]) {
    test(`no other method: ${method}`, async () => {
      const { emulator, post } = setupProxy({ allow: "*" });
      const body = method === "GET" || method === "HEAD" ? undefined : "cur=1";
      const { status, headers } = await post("balance.php", body, { method });
      assert.deepEqual([status, headers.get("allow")], [405, "POST, OPTIONS"]);
      assert.equal(emulator.requests.length, 0);
    });
  }
});

describe("proxy: ambiguous and unknown fields", () => {
  for (const [script, body, pattern] of [
    ["get.php", "get_messages=1&cnt=1&cnt=1000", /`cnt` is repeated/],
    ["get.php", "get_messages=1&get_messages=1", /repeated/],
    ["get.php", "get_messages=1&fmt=3&fmt=2", /repeated/],
    ["get.php", "get_messages=0", /takes 1/],
    ["get.php", "get_messages", /takes 1/],
    ["get.php", "get_messages=1&user=other", /no parameter `user`/],
    ["get.php", "get_messages=1&mes=text", /no parameter `mes`/],
    ["get.php", "get_messages=1&fmt=4", /`fmt`/],
    ["get.php", "get_messages=1&fmt=03", /`fmt`/],
    ["get.php", "get_messages=1&charset=windows-1251", /`charset`/],
    ["senders.php", "get=1&add=1&sender=Name", /several commands/],
    ["senders.php", "get=1&del=1&id=5", /several commands/],
    ["senders.php", "get=1&del=&id=5", /several commands/],
    ["senders.php", "get=1&chg", /several commands/],
    ["downloads.php", "get_list=1&get_file=1&id=5", /several commands/],
    ["downloads.php", "get_file=1&id=5&file=../../etc/passwd", /no parameter `file`/],
    ["balance.php", "cur=%", /percent-encoding/],
    ["balance.php", "cur=%E9", /percent-encoding/],
    ["balance.php", "cur=%C0%AF", /percent-encoding/],
    ["balance.php", new Array(300).fill("a=1").join("&"), /too many fields/],
  ]) {
    test(`${script} ${body.slice(0, 40)}`, async () => {
      const { emulator, post } = setupProxy();
      const { status, code, error } = await post(script, body);
      assert.deepEqual([status, code], [400, 1]);
      assert.match(error, pattern);
      assert.equal(emulator.requests.length, 0);
    });
  }

  test("a value is passed on as it is", async () => {
    const { emulator, post } = setupProxy({ allow: "senders.update" });
    const comment = "a=b&c;d%26 \r\n\u{1F600}\0--boundary";
    await post("senders.php", new URLSearchParams({ chg: 1, sender: "MyShop", cmt: comment }).toString());
    assert.equal(onlyRequest(emulator).parameters.cmt, comment);
  });
});

describe("proxy: the form of a request", () => {
  const types = {
    "no type": undefined,
    JSON: "application/json",
    text: "text/plain",
    "two types": "application/x-www-form-urlencoded, text/plain",
    "another charset": "application/x-www-form-urlencoded; charset=utf-7",
    "no boundary": "multipart/form-data",
    "two boundaries": "multipart/form-data; boundary=a; boundary=b",
    "a related multipart": "multipart/related; boundary=a",
  };
  for (const [name, type] of Object.entries(types)) {
    test(`refuses ${name}`, async () => {
      const { emulator, post } = setupProxy();
      const body = new TextEncoder().encode("cur=1");
      const { status, code } = await post("balance.php", body, { headers: type ? { "content-type": type } : {} });
      assert.deepEqual([status, code], [415, 1]);
      assert.equal(emulator.requests.length, 0);
    });
  }

  const head = '--b\r\nContent-Disposition: form-data; name="cur"';
  for (const [name, body] of Object.entries({
    "an empty body": "",
    "a preamble": `x\r\n${head}\r\n\r\n1\r\n--b--`,
    "no end": `${head}\r\n\r\n1\r\n--b`,
    "a cut off part": `${head}\r\n\r\n1`,
    "an epilogue": `${head}\r\n\r\n1\r\n--b--\r\n${head}`,
    "no name": "--b\r\nContent-Disposition: form-data\r\n\r\n1\r\n--b--",
    "two names": `${head}; name="psw"\r\n\r\n1\r\n--b--`,
    "two dispositions": `${head}\r\nContent-Disposition: form-data; name="psw"\r\n\r\n1\r\n--b--`,
    "an encoded name": "--b\r\nContent-Disposition: form-data; name*=UTF-8''psw\r\n\r\n1\r\n--b--",
    "an unquoted name": "--b\r\nContent-Disposition: form-data; name=cur\r\n\r\n1\r\n--b--",
    "another header": `${head}\r\nContent-Transfer-Encoding: base64\r\n\r\nMQ==\r\n--b--`,
    "a folded header": `${head};\r\n x=y\r\n\r\n1\r\n--b--`,
    "bare line feeds": '--b\nContent-Disposition: form-data; name="cur"\n\n1\n--b--',
    "no UTF-8": Buffer.from(`${head}\r\n\r\n\xe9\r\n--b--`, "latin1"),
  })) {
    test(`refuses multipart with ${name}`, async () => {
      const { emulator, post } = setupProxy();
      const headers = { "content-type": "multipart/form-data; boundary=b" };
      const { status, code } = await post("balance.php", body, { headers });
      assert.deepEqual([status, code], [400, 1]);
      assert.equal(emulator.requests.length, 0);
    });
  }

  test("reads multipart in chunks of any size", async () => {
    const { body, headers } = multipart([
      ["get_messages", "1"],
      ["cnt", "2"],
      ["phone", "\r\n--=limi"],
    ]);
    const bytes = new TextEncoder().encode(body);
    for (const size of [1, 2, 3, 7, 64]) {
      const chunks = function* () {
        for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size);
      };
      const { emulator, post } = setupProxy();
      assert.equal((await post("get.php", ReadableStream.from(chunks()), { headers })).status, 200);
      assert.equal(onlyRequest(emulator).parameters.phone, "\r\n--=limi");
    }
  });
});

describe("proxy: the size and the time of a body", () => {
  /** A body without end, which records whether it was given up. */
  function endless(chunk, delayMs = 0) {
    const state = { bytes: 0, cancelled: false };
    state.stream = new ReadableStream({
      async pull(controller) {
        if (delayMs) await new Promise((resolve) => setTimeout(resolve, delayMs));
        state.bytes += chunk.byteLength;
        controller.enqueue(chunk);
      },
      cancel() {
        state.cancelled = true;
      },
    });
    return state;
  }
  const chunk = new TextEncoder().encode("a".repeat(65_536));
  const urlencoded = { "content-type": "application/x-www-form-urlencoded" };

  test("a body without end is given up at the limit", async () => {
    const { emulator, post } = setupProxy({ maxBodyBytes: 200_000 });
    const body = endless(chunk);
    const { status, code } = await post("balance.php", body.stream, { headers: urlencoded });
    assert.deepEqual([status, code, body.cancelled], [413, 1, true]);
    assert.ok(body.bytes < 500_000, String(body.bytes));
    assert.equal(emulator.requests.length, 0);
  });

  test("a large body is refused by its length, before it is read", async () => {
    const { post } = setupProxy({ maxBodyBytes: 100 });
    const body = endless(chunk);
    const headers = { ...urlencoded, "content-length": "101" };
    assert.equal((await post("balance.php", body.stream, { headers })).status, 413);
    assert.ok(body.cancelled);
  });

  test("fields are limited more than files", async () => {
    const { post } = setupProxy({ allow: "*" });
    const long = "x".repeat(300_000);
    assert.equal((await post("balance.php", `cur=${long}`)).status, 413);
    for (const parts of [
      [["cur", long]],
      [
        ["a", long.slice(0, 200_000)],
        ["b", long.slice(0, 200_000)],
      ],
    ]) {
      const { body, headers } = multipart(parts);
      const { status } = await post("balance.php", body, { headers });
      assert.ok(status === 413 || status === 400, String(status));
    }
  });

  test("a slow body is given up", async () => {
    const { emulator, post } = setupProxy({ timeoutMs: 60 });
    const body = endless(new TextEncoder().encode("a"), 20);
    const { status, code } = await post("balance.php", body.stream, { headers: urlencoded });
    assert.deepEqual([status, code, body.cancelled], [408, 408, true]);
    assert.equal(emulator.requests.length, 0);
  });

  test("the time of a body does not depend on the clock", async (t) => {
    const { emulator, post } = setupProxy({ timeoutMs: 60_000 });
    const { now } = Date;
    t.after(() => {
      Date.now = now;
    });
    let chunks = 0;
    const body = new ReadableStream({
      pull(controller) {
        chunks += 1;
        Date.now = () => now() + 3_600_000 * chunks;
        if (chunks < 3) controller.enqueue(new TextEncoder().encode("a=1&".slice(0, 4 - chunks)));
        else controller.close();
      },
    });
    const { status } = await post("balance.php", body, { headers: urlencoded });
    assert.notEqual(status, 408);
    assert.equal(emulator.requests.length, status === 200 ? 1 : 0);
  });

  test("a page that leaves while its body arrives is not waited for", async () => {
    const { post } = setupProxy({ timeoutMs: 60_000 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const body = new ReadableStream({ pull: () => new Promise(() => {}) });
    const { status } = await post("balance.php", body, { headers: urlencoded, signal: controller.signal });
    assert.equal(status, 499);
  });

  for (const [title, fail] of [
    ["breaks off", (controller) => controller.error(new Error("broken"))],
    ["is not made of bytes", (controller) => controller.enqueue("cur=1")],
  ]) {
    test(`a body that ${title} is refused, and nothing is sent`, async () => {
      const { emulator, proxy } = setupProxy();
      // A `Request` of the platform takes bytes only.
      const request = new Request("https://panel.example/smsc/sys/balance.php", {
        method: "POST",
        headers: urlencoded,
      });
      Object.defineProperty(request, "body", { value: new ReadableStream({ pull: fail }) });
      assert.equal((await proxy(request)).status, 400);
      assert.equal(emulator.requests.length, 0);
    });
  }

  test("a body whose reader authorize took is an error of the proxy", async () => {
    const { post } = setupProxy({ authorize: ({ body }) => Boolean(body.getReader()) });
    assert.equal((await post("balance.php", "cur=1")).status, 500);
  });
});
