/** `toNodeListener`: the proxy in `node:http`, over real connections. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { createClient } from "smsc-wasm";
import { createProxy, toNodeListener } from "smsc-wasm/proxy";
import { createEmulator } from "smsc-wasm/testing";
import { waitUntil } from "./support/account.mjs";
import { documents } from "./support/documents.mjs";

/** A server with the proxy, closed after the test. */
async function serve(t, options = {}, seed = {}) {
  const emulator = createEmulator(seed);
  const listener = toNodeListener(
    createProxy({ ...emulator.clientOptions(), dangerouslyAllowAnyone: true, ...options }),
  );
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address();
  return { emulator, port, baseUrl: `http://127.0.0.1:${port}/smsc` };
}

/** Sends bytes over a connection, and returns all that comes back. */
async function exchange(port, text) {
  const socket = connect(port, "127.0.0.1");
  let received = "";
  socket.setEncoding("latin1").on("data", (chunk) => {
    received += chunk;
  });
  socket.on("error", () => {});
  socket.write(text);
  await once(socket, "close");
  return received;
}

const post = (path, body, headers = "") =>
  `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;

describe("proxy: toNodeListener", () => {
  test("serves the client's methods, files and documents", async (t) => {
    const { baseUrl, emulator } = await serve(t, { allow: ["read", "senders.add"] });
    const smsc = await createClient({ baseUrl });
    assert.equal((await smsc.history.list({ limit: 5 })).messages.length, 5);
    const file = await smsc.tasks.download({ id: 301 });
    assert.equal((await file.bytes()).byteLength, file.size);
    const data = new Uint8Array(2_000_000);
    data.set(documents.pdf);
    await smsc.senders.add({ name: "NewName", document: { data, fileName: "большой.pdf" } });
    const [uploaded] = emulator.requests.at(-1).files;
    assert.deepEqual([uploaded.fileName, uploaded.bytes.byteLength], ["большой.pdf", data.byteLength]);
  });

  test("gives up the body of a response whose client has left before it came", async (t) => {
    let isCancelled = false;
    const body = new ReadableStream({
      cancel() {
        isCancelled = true;
      },
    });
    let respond;
    const listener = toNodeListener(() => new Promise((resolve) => (respond = resolve)));
    const server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const socket = connect(server.address().port, "127.0.0.1");
    socket.write(post("/smsc/sys/get.php", "get_messages=1"));
    await waitUntil(() => respond);
    socket.destroy();
    let connections = 1;
    await waitUntil(() => {
      server.getConnections((_, count) => (connections = count));
      return connections === 0;
    });
    respond(new Response(body));
    await waitUntil(() => isCancelled);
  });

  test("takes the complete path in Express", async (t) => {
    const emulator = createEmulator();
    const proxy = createProxy({ ...emulator.clientOptions(), dangerouslyAllowAnyone: true, basePath: "/smsc" });
    const listener = toNodeListener(proxy);
    const server = createServer((request, response) => {
      request.originalUrl = request.url;
      request.url = request.url.slice("/smsc".length);
      listener(request, response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const smsc = await createClient({ baseUrl: `http://127.0.0.1:${server.address().port}/smsc` });
    assert.ok(await smsc.balance());
  });

  test("a request's target and host select nothing else", async (t) => {
    const { port, emulator } = await serve(t);
    for (const [target, headers] of [
      ["http://evil.example/smsc/sys/balance.php", ""],
      ["//evil.example/smsc/sys/balance.php", ""],
      ["*", ""],
      ["/public/%2e%2e/smsc/sys/balance.php", ""],
      ["/public/.%2E/smsc/sys/balance.php", ""],
      ["/public/../smsc/sys/balance.php", ""],
      ["/public/..\\smsc/sys/balance.php", ""],
      ["/smsc\\sys\\balance.php", ""],
      ["/smsc/./sys/balance.php", ""],
      ["/smsc/sys/balance.php#a", ""],
      ["/smsc/sys/balance.php", "Sec-Fetch-Site: cross-site\r\n"],
    ]) {
      const answer = await exchange(port, post(target, "cur=1", headers));
      assert.match(answer, /^HTTP\/1\.1 (40[0134]) /, `${target}: ${answer.slice(0, 80)}`);
    }
    assert.equal(emulator.requests.length, 0);
    assert.match(await exchange(port, post("/smsc/sys/balance.php", "cur=1")), /^HTTP\/1\.1 200 /);
    const hosts = await exchange(
      port,
      post("/smsc/sys/balance.php", "cur=1").replace("127.0.0.1", "a b/@evil.example"),
    );
    assert.match(hosts, /^HTTP\/1\.1 [24]00 /);
    for (const { url } of emulator.requests) assert.equal(new URL(url).host, "smsc.ru");
  });

  test("a refused body is not read to its end, and the answer arrives", async (t) => {
    const { port } = await serve(t, { maxBodyBytes: 1000 });
    const head = `POST /smsc/sys/balance.php HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\n`;
    assert.match(
      await exchange(port, `${head}Content-Length: 100000000\r\n\r\ncur=1`),
      /^HTTP\/1\.1 413 [\s\S]*connection: close/i,
    );
    const chunked = `${head}Transfer-Encoding: chunked\r\n\r\n${`3e8\r\n${"a".repeat(1000)}\r\n`.repeat(2)}`;
    assert.match(await exchange(port, chunked), /^HTTP\/1\.1 413 /);
  });

  test("a slow body is given up", async (t) => {
    const { port, emulator } = await serve(t, { timeoutMs: 100 });
    const answer = await exchange(port, post("/smsc/sys/balance.php", "cur=1").slice(0, -2));
    assert.match(answer, /^HTTP\/1\.1 408 /);
    assert.equal(emulator.requests.length, 0);
  });

  test("two lengths, or a length with chunks, never reach the service", async (t) => {
    const { port, emulator } = await serve(t);
    for (const headers of ["Content-Length: 6\r\n", "Transfer-Encoding: chunked\r\n"]) {
      assert.match(await exchange(port, post("/smsc/sys/balance.php", "cur=1", headers)), /^HTTP\/1\.1 400 /);
    }
    assert.equal(emulator.requests.length, 0);
  });

  test("a page that leaves ends the request to the service", async (t) => {
    const state = { signal: undefined, cancelled: false };
    const fetch = async (_, { signal }) => {
      state.signal = signal;
      const chunk = new Uint8Array(65_536).fill(65);
      const stream = new ReadableStream({
        pull: (controller) => controller.enqueue(chunk.slice()),
        cancel() {
          state.cancelled = true;
        },
      });
      return new Response(stream);
    };
    const { port } = await serve(t, { fetch });
    const outgoing = request({ port, method: "POST", path: "/smsc/sys/downloads.php" });
    outgoing.setHeader("content-type", "application/x-www-form-urlencoded").end("get_file=1&id=5");
    const [incoming] = await once(outgoing, "response");
    await once(incoming, "readable");
    incoming.destroy();
    await waitUntil(() => state.cancelled && state.signal.aborted, 1_000_000);
  });

  test("a page that stops reading loses its connection to the service", async (t) => {
    const messages = Array.from({ length: 1000 }, () => ({
      phone: "79161234567",
      status: 1,
      message: "x".repeat(9000),
    }));
    const { port, emulator } = await serve(t, { timeoutMs: 300, maxRateLimitWaitMs: 100 }, { messages });
    const sockets = Array.from({ length: 14 }, (_, index) => {
      const socket = connect(port, "127.0.0.1").pause();
      t.after(() => socket.destroy());
      socket.write(post("/smsc/sys/get.php", `get_messages=1&cnt=${1000 - index}`));
      return socket;
    });
    assert.equal(sockets.length, 14);
    await waitUntil(() => emulator.requests.length === 14, 1_000_000);
    let status;
    for (let attempt = 0; attempt < 40 && status !== "200"; attempt++) {
      status = (await exchange(port, post("/smsc/sys/balance.php", "cur=1"))).slice(9, 12);
    }
    assert.equal(status, "200");
  });

  test("TRACE is refused as every other method", async (t) => {
    const { port } = await serve(t);
    const request = "TRACE /smsc/sys/balance.php HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    assert.match(await exchange(port, request), /^HTTP\/1\.1 405 /);
  });

  test("a body of another length than its header closes the connection", async (t) => {
    const fetch = async () => new Response("abc", { headers: { "content-length": "500" } });
    const { port } = await serve(t, { fetch });
    const kept = post("/smsc/sys/downloads.php", "get_file=1&id=5").replace("close", "keep-alive");
    const answer = await exchange(port, kept + kept);
    assert.ok(answer.split("HTTP/1.1").length <= 2, answer);
  });

  test("a page that does not read stops the service", async (t) => {
    let bytes = 0;
    const fetch = async () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            bytes += 1_000_000;
            controller.enqueue(new Uint8Array(1_000_000).fill(65));
          },
        }),
      );
    const { port } = await serve(t, { fetch });
    const outgoing = request({ port, method: "POST", path: "/smsc/sys/downloads.php" });
    outgoing.setHeader("content-type", "application/x-www-form-urlencoded").end("get_file=1&id=5");
    const [incoming] = await once(outgoing, "response");
    await new Promise((resolve) => setTimeout(resolve, 500));
    const first = bytes;
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.ok(bytes - first <= 1_000_000 && bytes < 60_000_000, `${first}, then ${bytes}`);
    incoming.destroy();
  });

  test("a file that breaks off closes the connection before its end", async (t) => {
    const { baseUrl, emulator } = await serve(t);
    emulator.faults.push({ truncateAfter: 200_000 });
    const smsc = await createClient({ baseUrl });
    const file = await smsc.tasks.download({ id: 301 });
    await assert.rejects(file.text(), { code: "connection" });
  });

  test("a body that middleware has read is an error, and nothing hangs", async (t) => {
    const emulator = createEmulator();
    const listener = toNodeListener(createProxy({ ...emulator.clientOptions(), dangerouslyAllowAnyone: true }));
    const server = createServer(async (request, response) => {
      for await (const _ of request);
      listener(request, response);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const answer = await exchange(server.address().port, post("/smsc/sys/get.php", "get_messages=1"));
    assert.match(answer, /^HTTP\/1\.1 500 [\s\S]*before the proxy/);
    assert.equal(emulator.requests.length, 0);
  });

  test("an invalid option of the client is an error in the service's form, and logged", async (t) => {
    const logged = [];
    const logger = { error: (_message, { error }) => logged.push(error.parameter) };
    const { port, baseUrl } = await serve(t, { region: undefined, rateLimit: "of", logger });
    const answer = await exchange(port, post("/smsc/sys/get.php", "get_messages=1"));
    assert.match(answer, /^HTTP\/1\.1 500 [\s\S]*"error_code": 500/);
    assert.deepEqual(logged, ["rateLimit"]);
    const smsc = await createClient({ baseUrl, maxRetries: 0 });
    await assert.rejects(smsc.balance(), { code: "http_status", httpStatus: 500 });
  });

  test("a handler that rejects is an error in the service's form", async (t) => {
    const listener = toNodeListener(() => Promise.reject(new Error("secret")));
    const server = createServer(listener).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const answer = await exchange(server.address().port, post("/smsc/sys/get.php", "get_messages=1"));
    assert.match(answer, /^HTTP\/1\.1 500 [\s\S]*"error": "the proxy failed",\s"error_code": 500/);
    assert.ok(!answer.includes("secret"));
  });
});
