/** The proxy passes files on as they arrive, no faster than they are read, and an abort of one side ends the other. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import { rejectsWith, settle, waitUntil } from "./support/account.mjs";
import { documents } from "./support/documents.mjs";
import { ADDRESS, KEY, multipart, setupProxy } from "./support/proxy.mjs";

const encoder = new TextEncoder();
const ROW = encoder.encode(`79991234567;text\n`.repeat(1000));
const download = (proxy, init = {}) =>
  proxy(
    new Request(`${ADDRESS}/sys/downloads.php`, {
      method: "POST",
      body: new URLSearchParams("get_file=1&id=5"),
      ...init,
    }),
  );

/** A file without end, which records how much of it was read, and whether it was given up. */
function endlessFile(after = () => undefined) {
  const state = { chunks: 0, cancelled: false, signal: undefined };
  const stream = () =>
    new ReadableStream(
      {
        async pull(controller) {
          state.chunks += 1;
          controller.enqueue(ROW.slice());
          return after(state.chunks, controller);
        },
        cancel() {
          state.cancelled = true;
        },
      },
      { highWaterMark: 0 },
    );
  state.fetch = async (_, { signal }) => {
    state.signal = signal;
    return new Response(stream(), { headers: { "content-type": "text/csv" } });
  };
  return state;
}

describe("proxy: downloads", () => {
  test("a file is read no faster than the page reads it", async () => {
    const file = endlessFile();
    const { proxy } = setupProxy({ fetch: file.fetch });
    const response = await download(proxy);
    const reader = response.body.getReader();
    for (let count = 1; count <= 20; count++) {
      assert.deepEqual((await reader.read()).value, ROW);
      await settle();
      assert.ok(file.chunks <= count + 1, `${file.chunks} chunks for ${count}`);
    }
    await reader.cancel();
    await waitUntil(() => file.cancelled);
  });

  test("a response that nobody reads does not keep the program running", () => {
    const source = `
      import { createProxy } from "smsc-wasm/proxy";
      import { createEmulator } from "smsc-wasm/testing";
      const proxy = createProxy({ ...createEmulator().clientOptions(), dangerouslyAllowAnyone: true });
      const body = new URLSearchParams("get_messages=1&fmt=3&cnt=1");
      const response = await proxy(new Request("${ADDRESS}/sys/get.php", { method: "POST", body }));
      console.log(response.status);
    `;
    const options = { cwd: import.meta.dirname, encoding: "utf8", timeout: 20_000 };
    const { stdout, signal } = spawnSync(process.execPath, ["--input-type=module", "--eval", source], options);
    assert.deepEqual([stdout, signal], ["200\n", null]);
  });

  test("an abort of the page ends the request to the service", async () => {
    const file = endlessFile();
    const { proxy } = setupProxy({ fetch: file.fetch });
    const controller = new AbortController();
    const response = await download(proxy, { signal: controller.signal });
    const reader = response.body.getReader();
    await reader.read();
    controller.abort();
    await assert.rejects(async () => {
      for (;;) await reader.read();
    });
    await waitUntil(() => file.cancelled && file.signal.aborted);
  });

  test("an abort before the head ends the request to the service", async () => {
    let signal;
    const fetch = (_, init) => {
      signal = init.signal;
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    };
    const { proxy } = setupProxy({ fetch });
    const controller = new AbortController();
    const answer = download(proxy, { signal: controller.signal });
    await waitUntil(() => signal !== undefined);
    controller.abort();
    assert.equal((await answer).status, 499);
    assert.ok(signal.aborted);
  });

  test("an abort leaves the queue of the limits", async () => {
    const apiKey = "the key of the queue";
    const { emulator, post, proxy } = setupProxy(
      { apiKey, rateLimit: "wait", maxRateLimitWaitMs: 100_000 },
      { apiKey },
    );
    for (let count = 0; count < 3; count++) await post("downloads.php", "get_list=1");
    const controller = new AbortController();
    const body = new URLSearchParams("get_list=1");
    const waiting = proxy(
      new Request(`${ADDRESS}/sys/downloads.php`, { method: "POST", body, signal: controller.signal }),
    );
    await settle();
    controller.abort();
    assert.equal((await waiting).status, 499);
    assert.equal(emulator.requests.length, 3);
  });

  test("a file that breaks off never looks complete, and its error names no host", async () => {
    const file = endlessFile((count, controller) => {
      if (count % 3 === 0) controller.error(new Error("ECONNRESET service.example"));
    });
    const { proxy, page } = setupProxy({ fetch: file.fetch });
    await assert.rejects((await download(proxy)).text(), (error) => !String(error.stack).includes("service.example"));
    await rejectsWith((await (await page()).tasks.download({ id: 5 })).text(), "connection");
  });

  test("a file that stops is given up", async () => {
    const file = endlessFile((count) => (count === 2 ? new Promise(() => {}) : undefined));
    const { proxy } = setupProxy({ fetch: file.fetch, timeoutMs: 50 });
    await assert.rejects((await download(proxy)).text());
    await waitUntil(() => file.cancelled);
  });
});

/** A `fetch` that reads its body chunk by chunk, and answers when it has all of it. */
function slowService() {
  const state = { text: "", error: undefined, calls: 0 };
  state.fetch = async (_, { body }) => {
    state.calls += 1;
    const reader = body.getReader();
    const decoder = new TextDecoder();
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read())
        state.text += decoder.decode(read.value);
    } catch (error) {
      state.error = error;
      throw error;
    }
    return new Response('{"sender": 5}');
  };
  return state;
}

/** A body that is written by the test. */
function writable() {
  const { readable, writable } = new TransformStream();
  const writer = writable.getWriter();
  return {
    readable,
    write: (text) => writer.write(encoder.encode(text)),
    end: () => writer.close(),
    abort: () => writer.abort(),
  };
}

describe("proxy: uploads", () => {
  const { body, headers } = multipart(
    [
      ["add", "1"],
      ["sender", "Name"],
      ["file", "%PDF-1.7 first ", "a.pdf"],
    ],
    { end: "" },
  );
  const start = body.slice(0, -2);
  const upload = (proxy, readable, init = {}) =>
    proxy(
      new Request(`${ADDRESS}/sys/senders.php`, { method: "POST", body: readable, headers, duplex: "half", ...init }),
    );

  test("a document reaches the service while it arrives", async () => {
    const service = slowService();
    const { proxy } = setupProxy({ allow: "senders.add", fetch: service.fetch });
    const form = writable();
    const answer = upload(proxy, form.readable);
    await form.write(start);
    await waitUntil(() => service.text.includes("%PDF"));
    assert.match(service.text, /name="add"\r\n\r\n1\r\n/);
    assert.ok(service.text.includes(`name="apikey"\r\n\r\n${KEY}`));
    await form.write("second");
    await form.write("\r\n--=limit--\r\n");
    await form.end();
    assert.equal(await (await answer).text(), '{"sender": 5}');
    const parts = service.text.split(/\r\n--[^\r\n]+/);
    assert.ok(parts.at(-2).endsWith("%PDF-1.7 first second"), "the content is complete");
    assert.equal(service.calls, 1);
  });

  test("a document is not read before the limits permit the request", async () => {
    const rateLimiter = { acquire: () => new Promise(() => {}), release: async () => {} };
    const { proxy } = setupProxy({ allow: "senders.add", rateLimiter });
    let pulled = 0;
    const readable = new ReadableStream({
      pull(controller) {
        pulled += 1;
        controller.enqueue(encoder.encode(pulled === 1 ? start : "x".repeat(1000)));
      },
    });
    const controller = new AbortController();
    const answer = upload(proxy, readable, { signal: controller.signal });
    await settle(50);
    assert.ok(pulled <= 3, String(pulled));
    controller.abort();
    assert.equal((await answer).status, 499);
  });

  for (const [name, rest] of Object.entries({
    "a field after the document": `\r\n--=limit\r\nContent-Disposition: form-data; name="apikey"\r\n\r\nx\r\n--=limit--\r\n`,
    "a second document": `\r\n--=limit\r\nContent-Disposition: form-data; name="file2"; filename="b"\r\n\r\nx\r\n--=limit--\r\n`,
    "no end": " more",
    "an epilogue": "\r\n--=limit--\r\nmore",
  })) {
    test(`${name} is refused, and the service never gets a complete form`, async () => {
      const service = slowService();
      const { proxy } = setupProxy({ allow: "senders.add", fetch: service.fetch });
      const response = await upload(proxy, new Blob([start, rest]).stream());
      assert.equal(response.status, 400);
      assert.equal(JSON.parse(await response.text()).error_code, 1);
      assert.ok(service.error !== undefined || service.calls === 0);
    });
  }

  test("a document over the limit ends the request to the service", async () => {
    const service = slowService();
    const { proxy } = setupProxy({ allow: "senders.add", fetch: service.fetch, maxBodyBytes: 100_000 });
    const response = await upload(proxy, new Blob([start, "x".repeat(200_000), "\r\n--=limit--\r\n"]).stream());
    assert.equal(response.status, 413);
    assert.ok(service.error !== undefined || service.calls === 0);
  });

  test("a page that gives up ends the request to the service", async () => {
    const service = slowService();
    const { proxy } = setupProxy({ allow: "senders.add", fetch: service.fetch });
    const form = writable();
    const controller = new AbortController();
    const answer = upload(proxy, form.readable, { signal: controller.signal });
    await form.write(start);
    await waitUntil(() => service.text.includes("%PDF"));
    controller.abort();
    assert.equal((await answer).status, 499);
  });

  test("a document is not sent to where the service's host redirects", async () => {
    let calls = 0;
    const fetch = async (_, { body }) => {
      calls += 1;
      await new Response(body).arrayBuffer();
      return new Response(null, { status: 307, headers: { location: "/other.php" } });
    };
    const logged = [];
    const logger = { error: (_message, { error }) => logged.push(error.message) };
    const { proxy } = setupProxy({ fetch, allow: "*", logger });
    assert.equal((await upload(proxy, `${body}--=limit--\r\n`)).status, 502);
    assert.equal(calls, 1);
    assert.match(
      logged.join(),
      /redirected the change, which is not sent again: correct `baseUrl`; whether the change was made/,
    );
  });

  test("a change is sent once, whatever fails", async () => {
    const { emulator, page } = setupProxy({ allow: "senders.add" });
    emulator.faults.push({ kind: "offline", processed: true });
    const smsc = await page({ maxRetries: 5 });
    const document = { data: documents.pdf, fileName: "a.pdf" };
    const error = await rejectsWith(smsc.senders.add({ name: "Name", document }), "http_status");
    assert.match(error.message, /whether the change was made is not known/);
    assert.equal(emulator.requests.length, 1);
  });
});
