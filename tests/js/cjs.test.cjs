/** `require`, and every source of the WebAssembly module. A process loads it once, so each source has a separate process. */
const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const { describe, test } = require("node:test");

/** Runs a script in this folder, as CommonJS or as an ES module. Its last step must print `well`. */
function run(type, script, options = []) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...options, `--input-type=${type}`, "--eval", script],
    {
      cwd: __dirname,
      encoding: "utf8",
      timeout: 30_000,
    },
  );
  assert.deepEqual([stdout.trim(), status], ["well", 0], `${script}\n${stdout}\n${stderr}`);
}

/** The common beginning of the scripts. */
const PRELUDE = `
  const { readFileSync } = require("node:fs");
  const { pathToFileURL } = require("node:url");
  const assert = require("node:assert/strict");
  const path = require.resolve("smsc-wasm/smsc.wasm");
  const bytes = readFileSync(path);
  const { createEmulator } = require("smsc-wasm/testing");
  const works = async ({ createClient }) => {
    const smsc = await createClient({ apiKey: "demo-key", fetch: createEmulator({ messages: 3 }).fetch });
    assert.equal((await smsc.history.list({ limit: 2 })).messages.length, 2);
    console.log("well");
  };
`;
/** Each source of the module, as an expression. */
const SOURCES = {
  "a Buffer": "bytes",
  "a Uint8Array": "new Uint8Array(bytes)",
  "an ArrayBuffer": "new Uint8Array(bytes).buffer",
  "a promise of bytes": "Promise.resolve(bytes)",
  "a file: URL": "pathToFileURL(path)",
  "a URL of another class": "{ href: pathToFileURL(path).href }",
  "a file: URL as text": "String(pathToFileURL(path))",
  "a Response of the right type": 'new Response(bytes, { headers: { "content-type": "application/wasm" } })',
  "a Response of any type": "new Response(bytes)",
  "a promise of a Response": "Promise.resolve(new Response(bytes))",
  "a WebAssembly.Module": "new WebAssembly.Module(bytes)",
  "a data: URL": '"data:application/wasm;base64," + bytes.toString("base64")',
};

describe("require", () => {
  test("exports the same names as import", async () => {
    for (const name of [
      "smsc-wasm",
      "smsc-wasm/testing",
      "smsc-wasm/slim",
      "smsc-wasm/cloudflare",
      "smsc-wasm/redis",
    ]) {
      const required = Object.keys(require(name)).filter((key) => key !== "__esModule" && key !== "default");
      const imported = Object.keys(await import(name)).filter((key) => key !== "default");
      assert.deepEqual(required.sort(), imported.sort(), name);
    }
  });

  test("provides a working client and the code tables", async () => {
    const { createClient, version, messageStatuses, isSmscError, parseCsv } = require("smsc-wasm");
    const { createEmulator } = require("smsc-wasm/testing");
    const { fetch } = createEmulator({ limits: false });
    const smsc = await createClient({ apiKey: "demo-key", fetch });
    assert.ok((await smsc.senders.list()).length > 0);
    assert.equal(isSmscError(await smsc.tasks.download({ id: 1 }).catch((error) => error)), true);
    assert.equal(version, require("smsc-wasm/package.json").version);
    assert.equal(messageStatuses[1], "delivered");
    const rows = [];
    for await (const row of parseCsv("a;b\n1;2\n")) rows.push(row);
    assert.deepEqual(rows, [{ a: "1", b: "2" }]);
  });

  test("provides frozen tables with every documented code", () => {
    const smsc = require("smsc-wasm");
    const codes = {
      messageStatuses: [-3, -2, -1, 0, 1, 2, 3, 4, 20, 22, 23, 24, 25],
      messageTypes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12],
      deliveryErrors: [
        0, 1, 6, 11, 12, 13, 21, 200, 219, 220, 240, 241, 242, 245, 246, 247, 248, 249, 250, 251, 252, 253, 254, 255,
      ],
      senderStatuses: [0, 1, 2],
      operatorStatuses: [0, 1, 2, 3, 4, 5, 8, 9, 255],
      taskStatuses: [0, 1, 2, 3, 4],
    };
    for (const [name, expected] of Object.entries(codes)) {
      const table = smsc[name];
      assert.deepEqual(
        Object.keys(table)
          .map(Number)
          .sort((a, b) => a - b),
        expected,
        name,
      );
      assert.ok(Object.isFrozen(table), name);
      for (const meaning of Object.values(table)) assert.ok(typeof meaning === "string" && meaning.length > 1);
    }
  });
});

describe("loading", () => {
  for (const [what, source] of Object.entries(SOURCES)) {
    test(`slim from ${what}`, () => {
      run(
        "commonjs",
        `${PRELUDE} const smsc = require("smsc-wasm/slim"); smsc.init(${source}).then(() => works(smsc));`,
      );
    });
  }

  test("slim as a module", () => {
    run(
      "module",
      `import * as smsc from "smsc-wasm/slim";
      import { createRequire } from "node:module";
      const require = createRequire(${JSON.stringify(__filename)});
      ${PRELUDE}
      await smsc.init(pathToFileURL(path));
      await works(smsc);`,
    );
  });

  test("the main entry from a custom source, before its first use", () => {
    run("commonjs", `${PRELUDE} const smsc = require("smsc-wasm"); smsc.init(bytes).then(() => works(smsc));`);
    run("commonjs", `${PRELUDE} const smsc = require("smsc-wasm"); smsc.init().then(() => works(smsc));`);
  });

  test("again, concurrently or later, has no effect", () => {
    run(
      "commonjs",
      `${PRELUDE} (async () => {
        const smsc = require("smsc-wasm/slim");
        assert.deepEqual(await Promise.all([smsc.init(bytes), smsc.init(bytes), smsc.init("nonsense")]), [undefined, undefined, undefined]);
        await smsc.init();
        await smsc.init(new Uint8Array(3));
        await works(smsc);
      })();`,
    );
  });

  test("that fails reports the cause, and can be retried", () => {
    run(
      "commonjs",
      `${PRELUDE} (async () => {
        const smsc = require("smsc-wasm/slim");
        for (const wrong of [
          () => new Uint8Array([1, 2, 3]),
          () => "file:///there/is/no/such.wasm",
          () => "no address",
          () => new Response("not found", { status: 404 }),
          () => Promise.reject(new Error("offline")),
          () => ({}),
          () => 5,
        ]) {
          const error = await smsc.init(wrong()).catch((thrown) => thrown);
          assert.ok(smsc.isSmscError(error), String(error?.stack ?? error));
          assert.equal(error.code, "internal");
          assert.ok(error.message.length > 20, error.message);
        }
        await smsc.init(bytes);
        await works(smsc);
      })();`,
    );
  });

  test("that was omitted is an error that mentions init()", () => {
    run(
      "commonjs",
      `${PRELUDE} (async () => {
        const smsc = require("smsc-wasm/slim");
        for (const uninitialized of [
          () => smsc.createClient({ apiKey: "demo-key" }),
          () => smsc.init(),
        ]) {
          const error = await uninitialized().catch((thrown) => thrown);
          assert.ok(smsc.isSmscError(error), String(error?.stack ?? error));
          assert.match(error.message, /init\\(/);
        }
        // What reads files has a module of its own, which the package contains.
        const { value } = await smsc.parseCsv("a;b\\n1;2").next();
        assert.deepEqual({ ...value }, { a: "1", b: "2" });
        await smsc.init(bytes);
        await works(smsc);
      })();`,
    );
  });
});

describe("two copies of the package", () => {
  /** Both copies, a client of an account with the first one, and how many requests the limits of a client count. */
  const COPIES = `${PRELUDE.replace(/require([.(])/g, "need$1")}
    const { createClient } = await import("smsc-wasm");
    const emulator = createEmulator({ messages: 3, limits: false });
    const options = { apiKey: "demo-key", fetch: emulator.fetch };
    const used = (smsc, name) => smsc.rateLimits().find((row) => row.name === name)?.used ?? 0;
  `.replace(/^/, 'import { createRequire } from "node:module"; const need = createRequire(process.cwd() + "/x.cjs");');

  test("one that is loaded later counts the history requests of the hour, after many others", () => {
    run(
      "module",
      `${COPIES}
      const one = await createClient({ ...options, rateLimit: "off" });
      for (let limit = 1; limit <= 20; limit++) await one.history.list({ limit });
      for (let limit = 1; limit <= 1100; limit++) await one.senders.list({ limit });
      const two = await need("smsc-wasm").createClient(options);
      assert.equal(used(two, "history"), 20);
      console.log("well");`,
    );
  });

  test("one learns that the requests of the other ended with its failure", () => {
    run(
      "module",
      `let instance;
      const { instantiate } = WebAssembly;
      WebAssembly.instantiate = async (...input) => {
        const made = await instantiate(...input);
        instance ??= made.instance ?? made;
        return made;
      };
      ${COPIES}
      const hanging = await createClient({ ...options, fetch: () => new Promise(() => {}) });
      const calls = Array.from({ length: 13 }, () => hanging.balance().catch(({ code }) => code));
      const two = await need("smsc-wasm").createClient(options);
      assert.equal(used(two, "connections"), 13);
      const flooded = await createClient({
        ...options,
        fetch: async () => {
          const { memory } = instance.exports;
          memory.grow(65_536 - memory.buffer.byteLength / 65_536);
          return new Response("[" + '{"id":1,"name":"x","status":"2"},'.repeat(100_000) + "5]");
        },
      });
      assert.equal(await flooded.tasks.list().catch(({ code }) => code), "internal");
      assert.deepEqual(new Set(await Promise.all(calls)), new Set(["internal"]));
      assert.equal(used(two, "connections"), 0);
      await two.balance();
      console.log("well");`,
    );
  });
});

test("an instance that is replaced is not kept, neither by its requests nor by idle clients", () => {
  run(
    "commonjs",
    `${PRELUDE}
    const instances = [];
    const { instantiate, Instance } = WebAssembly;
    // The \`fetch\` of Node.js has a module, too.
    const keep = (made, imports) => {
      if (imports?.["./smsc_bg.js"]) instances.push(new WeakRef(made.instance ?? made));
      return made;
    };
    WebAssembly.instantiate = async (source, imports) => keep(await instantiate(source, imports), imports);
    WebAssembly.Instance = function (module, imports) {
      return keep(new Instance(module, imports), imports);
    };
    const { createClient } = require("smsc-wasm");
    const clients = [];
    const pause = () => new Promise((resolve) => setTimeout(resolve, 10));
    (async () => {
      for (let index = 0; index < 6; index++) {
        const smsc = await createClient({ apiKey: "key-" + index, fetch: createEmulator({ apiKey: "key-" + index }).fetch });
        await smsc.history.list();
        clients.push(smsc);
        // A larger memory is not kept for the next call.
        instances.at(-1).deref().exports.memory.grow(1024);
        await pause();
      }
      assert.equal(instances.length, 6);
      for (let round = 0; round < 20; round++) {
        gc();
        await pause();
      }
      const alive = instances.filter((instance) => instance.deref() !== undefined).length;
      assert.ok(alive <= 2, alive + " of 6 instances are alive");
      assert.ok((await clients[0].history.list()).messages.length > 0);
      console.log("well");
    })();`,
    ["--expose-gc"],
  );
});
