// Makes the type declarations of the package: one file for each entry point, and a copy for `require`.
import { execFileSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { acceptUndefined } from "./optional-properties.mjs";

/** The description of each entry point, in the comment of its module. */
const MODULES = {
  index: `The client of the SMSC gateway's HTTP API: history, sender names and tasks. Its WebAssembly is inside the script.

@example
const smsc = await createClient({ apiKey: process.env.SMSC_API_KEY });
const { messages } = await smsc.history.list({ limit: 50 });`,
  slim: `The same exports as \`smsc-wasm\`, without the WebAssembly inside the script: for pages that load it as a file, in parallel with
their scripts, and for hosts that compile modules ahead of time. Call \`init\` with it once before \`createClient\`.

@example
// A page built by Vite or webpack; without a bundler, the address at which you serve the file
import { createClient, init } from "smsc-wasm/slim";
await init(new URL("smsc-wasm/smsc.wasm", import.meta.url));
const smsc = await createClient({ baseUrl: "/smsc" });
@example
// Node.js: import.meta.resolve("smsc-wasm/smsc.wasm"); a Worker: the module
import module from "smsc-wasm/smsc.wasm";
await init(module);
const smsc = await createClient({ apiKey: env.SMSC_API_KEY });`,
  codes: `The texts of all codes of the service, in English, Russian, Ukrainian and Kazakh.

@example
import { ru } from "smsc-wasm/codes";
console.log(ru.messageStatuses[1]);`,
  formats: `Decodes stored responses in any of the service's four formats, without the client and its WebAssembly.

@example
const messages = await decodeHistory(await readFile("history.xml", "utf8"), 2);`,
  "formats-static": `The same as \`smsc-wasm/formats\`, and loaded at once: for service workers, where \`import()\` is not permitted.
The client then reads files with it too.

@example
import "smsc-wasm/formats-static";`,
  testing: `An emulator of the service in memory, for tests and experiments without an account and a network.

@example
const emulator = createEmulator();
const smsc = await createClient(emulator.clientOptions());`,
  cloudflare: `The rate limits of an account, shared by any number of Workers through a Durable Object.

@example
export { SmscLimiter } from "smsc-wasm/cloudflare";
const smsc = await createClient({ apiKey: env.SMSC_API_KEY, rateLimiter: durableLimiter(env.SMSC_LIMITER) });`,
  redis: `The rate limits of an account, shared by any number of processes and machines through Redis 6 or later.

@example
const smsc = await createClient({ apiKey, rateLimiter: redisLimiter(redis, { key: "smsc" }) });`,
  proxy: `A proxy that adds the account's credentials to the requests of pages, and permits only reading unless \`allow\` says more.

@example
const proxy = createProxy({ apiKey: process.env.SMSC_API_KEY, authorize: (request) => hasSession(request) });`,
};

/** The comment of a module. */
function moduleComment(name) {
  const lines = `${MODULES[name]}\n\n@module`.split("\n").map((line) => ` * ${line}`.trimEnd());
  return `/**\n${lines.join("\n")}\n */\n\n`;
}

/** The types of `smsc-wasm/formats`, which are also types of `smsc-wasm`. */
const STORED_RESPONSE_TYPES = [
  ...["Message", "MessageStatus", "DeliveryError", "MessageType", "Task", "TaskStatus", "ResponseFormat"],
  ...[
    "Sender",
    "SenderStatus",
    "SenderFile",
    "FileStatus",
    "OperatorKey",
    "OperatorStatus",
    "StoredSenders",
    "StoredMessage",
  ],
];
const STORED_RESPONSE_FUNCTIONS = ["decodeHistory", "decodeSenders", "decodeTasks"];

/**
 * @param {object} build
 * @param {string} build.root The folder of the repository.
 * @param {string} build.work The folder with all sources.
 * @param {string} build.dist The folder of the declarations.
 * @param {Record<string, string[]>} build.values The exported values of each entry point that has its own declarations.
 */
export async function writeDeclarations({ root, work, dist, values }) {
  const types = join(work, "types");
  compile(root, work, types);
  const write = (name, code) => {
    for (const extension of ["ts", "cts"]) {
      // A declaration file for `require` imports another one.
      const text = extension === "cts" ? code.replaceAll(/from (['"]\.\/\w+)\.js/g, "from $1.cjs") : code;
      writeFileSync(join(dist, `${name}.d.${extension}`), `${moduleComment(name)}${text}`);
    }
  };
  let index;
  for (const [name, input] of [
    ["index", "entries/index.d.ts"],
    ["codes", "entries/codes.d.ts"],
    ["testing", "testing/entry.d.ts"],
    ["cloudflare", "limiters/cloudflare.d.ts"],
    ["redis", "limiters/redis.d.ts"],
    ["proxy", "entries/proxy.d.ts"],
  ]) {
    // The types of codes have one declaration, which other entry points import. The proxy's options are those of the client.
    const shared = { index: ["codes"], proxy: ["codes", "index"] }[name] ?? (name === "codes" ? [] : ["codes"]);
    const plugins = [externalDeclarations(types, shared), dts()];
    const bundle = await rollup({ input: join(types, input), plugins, external: ["smsc-wasm"], onwarn: fail });
    const { output } = await bundle.generate({ format: "es", paths: { "smsc-wasm": "./index.js" } });
    write(name, tidy(output[0].code, values[name]));
    if (name === "index") index = output[0].exports;
  }
  // Entry points that export a part of index.
  const typeNames = index.filter((name) => !values.index.includes(name));
  const storedResponses = [STORED_RESPONSE_FUNCTIONS, typeNames.filter((name) => STORED_RESPONSE_TYPES.includes(name))];
  const parts = {
    slim: [values.index, typeNames],
    formats: storedResponses,
    "formats-static": storedResponses,
  };
  for (const [part, [functions, partTypes]] of Object.entries(parts)) {
    write(
      part,
      `export { ${functions.join(", ")} } from "./index.js";\nexport type { ${partTypes.join(", ")} } from "./index.js";\n`,
    );
  }
}

/** Compiles the sources, and the emulator, to declarations in the folder `types`. */
function compile(root, work, types) {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const run = (name, config) => {
    const project = `tsconfig.${name}.json`;
    writeFileSync(join(work, project), JSON.stringify({ extends: "./tsconfig.json", ...config }));
    execFileSync(process.execPath, [tsc, "-p", project], { cwd: work, stdio: ["ignore", process.stderr, "inherit"] });
  };
  copyFileSync(join(root, "pkg-template", "tsconfig.json"), join(work, "tsconfig.json"));
  run("build", { compilerOptions: { outDir: types, rootDir: "." }, include: ["*.ts", "*/*.ts"], exclude: ["testing"] });
  for (const name of ["smsc", "core", "formats-module"])
    copyFileSync(join(work, `${name}.d.ts`), join(types, `${name}.d.ts`));
  run("testing", {
    compilerOptions: {
      outDir: types,
      rootDir: ".",
      allowJs: true,
      checkJs: true,
      exactOptionalPropertyTypes: false,
      paths: { "smsc-wasm": ["./types/entries/index.d.ts"] },
    },
    include: ["testing/**/*.js", "testing/*.ts"],
  });
  // A script cannot export types without a second declaration of each, which the rollup would rename.
  writeFileSync(
    join(types, "testing", "entry.d.ts"),
    'export * from "./index.js";\nexport type * from "./types.js";\n',
  );
}

/** The sources whose declarations an entry point has. */
const SHARED = { codes: ["codes/types.d.ts"], index: ["entries/index.d.ts", "client/api.d.ts"] };

/** Resolves shared types to the entry points that declare them. */
function externalDeclarations(types, entries) {
  const external = new Map(
    entries.flatMap((entry) => SHARED[entry].map((path) => [join(types, path), `./${entry}.js`])),
  );
  return {
    name: "shared-declarations",
    resolveId(source, importer) {
      const id = importer && external.get(join(importer, "..", source.replace(/\.js$/, ".d.ts")));
      return id ? { id, external: true } : null;
    },
  };
}

function tidy(code, values) {
  const tidied = acceptUndefined(
    code
      // The rollup exports a class as a value even if only its type is exported.
      .replace(/^export \{ (.*) \};$/m, (_, names) => {
        const isValue = (name) => values.includes(name.split(" ").at(-1));
        return `export { ${names
          .split(", ")
          .map((name) => (isValue(name) ? name : `type ${name}`))
          .join(", ")} };`;
      })
      // Compilers before 5.7 do not support the type argument that newer ones add to `Uint8Array`.
      .replaceAll("Uint8Array<ArrayBufferLike>", "Uint8Array")
      // Type imports in comments refer to files that the package does not have.
      .replaceAll(/^\/\*\* @import .*\*\/\n/gm, "")
      .replaceAll(/(@\w+) \{import\("[^"]+"\)[^}]*\}/g, "$1"),
  );
  const renamed = /\w+\$\d+/.exec(tidied);
  if (renamed) throw new Error(`two types have the same name: ${renamed}`);
  return tidied;
}

function fail(warning) {
  throw new Error(warning.message);
}
